/**
 * The support code that every plugin in Go is linked with: memory for values, and reporting panics. It is its own package,
 * compiled once. In the file for editors, it is part of the bindings: see guest-package.ts.
 *
 * Arguments arrive in `tenonArena`, or in their own slices if they are large. Nothing is freed while values are being read or
 * written (`tenonDepth`), since other goroutines may run whenever memory is allocated.
 */
export const supportSource = `
type tenonText string

func (t tenonText) Error() string { return string(t) }

func tenonFailure[E any](err error, function string) E {
	var payload E
	if tenonErrors.As(err, &payload) {
		return payload
	}
	panic(function + " failed with an error that its contract does not declare: " + err.Error())
}

var tenonArena [4096]uint64
var tenonArenaEnd uintptr
var tenonDepth int
var tenonPins []tenonUnsafe.Pointer

// Awaited results and elements can arrive at any time: their memory is kept until it is read.
var tenonAwaited int
var tenonKept = map[uint32]tenonUnsafe.Pointer{}

// A larger argument gets its own memory and stays there, without a copy.
const tenonLargest = 2048

//go:wasmexport cabi_realloc
func tenonRealloc(old tenonUnsafe.Pointer, oldSize, alignment, size uint32) tenonUnsafe.Pointer {
	if tenonAwaited > 0 {
		fresh := tenonUnsafe.Pointer(tenonUnsafe.SliceData(make([]uint64, size/8+1)))
		tenonKept[tenonAddress(fresh)] = fresh
		if oldSize > 0 {
			copy(tenonUnsafe.Slice((*byte)(fresh), size), tenonUnsafe.Slice((*byte)(old), min(oldSize, size)))
			delete(tenonKept, tenonAddress(old))
		}
		return fresh
	}
	if size <= tenonLargest {
		start := (tenonArenaEnd + 7) &^ 7
		if start+uintptr(size) <= tenonUnsafe.Sizeof(tenonArena) {
			tenonArenaEnd = start + uintptr(size)
			fresh := tenonUnsafe.Add(tenonUnsafe.Pointer(&tenonArena), start)
			if oldSize > 0 {
				copy(tenonUnsafe.Slice((*byte)(fresh), size), tenonUnsafe.Slice((*byte)(old), min(oldSize, size)))
			}
			return fresh
		}
	}
	fresh := tenonScratch(int(size))
	if oldSize > 0 {
		copy(tenonUnsafe.Slice((*byte)(fresh), size), tenonUnsafe.Slice((*byte)(old), min(oldSize, size)))
	}
	return fresh
}

func tenonBegin() { tenonDepth++ }

func tenonEnd() {
	tenonDepth--
	if tenonDepth == 0 {
		tenonArenaEnd = 0
		if len(tenonPins) > 0 {
			clear(tenonPins)
			tenonPins = tenonPins[:0]
		}
		if len(tenonKept) > 0 && tenonAwaited == 0 {
			clear(tenonKept)
		}
	}
}

// tenonScratch returns memory that is valid until no values are being read or written.
func tenonScratch(size int) tenonUnsafe.Pointer {
	if size == 0 {
		return tenonUnsafe.Pointer(&tenonArena)
	}
	fresh := tenonUnsafe.Pointer(tenonUnsafe.SliceData(make([]uint64, (size+7)/8)))
	tenonPins = append(tenonPins, fresh)
	return fresh
}

func tenonInArena(pointer uint32) bool {
	return uintptr(pointer)-uintptr(tenonUnsafe.Pointer(&tenonArena)) < tenonUnsafe.Sizeof(tenonArena)
}

//go:nocheckptr
func tenonPointer(address uint32) tenonUnsafe.Pointer {
	at := uintptr(address)
	pointer := *(*tenonUnsafe.Pointer)(tenonUnsafe.Pointer(&at))
	if len(tenonKept) > 0 {
		delete(tenonKept, address)
	}
	return pointer
}

func tenonAddress(pointer tenonUnsafe.Pointer) uint32 { return uint32(uintptr(pointer)) }

func tenonAt(pointer tenonUnsafe.Pointer, offset uintptr) tenonUnsafe.Pointer {
	return tenonUnsafe.Add(pointer, offset)
}

func tenonString(pointer, length uint32) string {
	text := tenonUnsafe.String((*byte)(tenonPointer(pointer)), length)
	if tenonInArena(pointer) {
		return string([]byte(text))
	}
	return text
}

func tenonLoadString(p tenonUnsafe.Pointer) string {
	return tenonString(*(*uint32)(p), *(*uint32)(tenonAt(p, 4)))
}

func tenonLowerString(text string) (uint32, uint32) {
	return tenonAddress(tenonUnsafe.Pointer(tenonUnsafe.StringData(text))), uint32(len(text))
}

func tenonStoreString(p tenonUnsafe.Pointer, text string) {
	*(*uint32)(p), *(*uint32)(tenonAt(p, 4)) = tenonLowerString(text)
}

// tenonView returns a list whose elements have the same layout in memory and in Go.
func tenonView[T any](pointer, length uint32) []T {
	list := tenonUnsafe.Slice((*T)(tenonPointer(pointer)), length)
	if tenonInArena(pointer) {
		return append(make([]T, 0, length), list...)
	}
	return list
}

func tenonLowerView[T any](list []T) (uint32, uint32) {
	if len(list) == 0 {
		return tenonAddress(tenonUnsafe.Pointer(&tenonArena)), 0
	}
	return tenonAddress(tenonUnsafe.Pointer(tenonUnsafe.SliceData(list))), uint32(len(list))
}

func tenonBool(value bool) uint32 {
	if value {
		return 1
	}
	return 0
}

// tenonLoans are the host's objects that are lent to a call.
type tenonLoans []tenonLoan

type tenonLoan struct {
	Handle *uint32
	Drop   func(handle uint32)
}

func (l *tenonLoans) End() {
	for _, loan := range *l {
		if *loan.Handle != 0 {
			handle := *loan.Handle
			*loan.Handle = 0
			loan.Drop(handle)
		}
	}
}

// tenonObjects are the plugin's objects that the host has handles to.
type tenonObjects[T any] struct {
	objects []*T
	free    []uint32
}

func (t *tenonObjects[T]) Add(object *T) uint32 {
	if last := len(t.free) - 1; last >= 0 {
		index := t.free[last]
		t.free = t.free[:last]
		t.objects[index-1] = object
		return index
	}
	t.objects = append(t.objects, object)
	return uint32(len(t.objects))
}

func (t *tenonObjects[T]) At(index uint32) *T { return t.objects[index-1] }

// Take removes the object but not its index: Remove frees that when the handle is dropped.
func (t *tenonObjects[T]) Take(index uint32) *T {
	object := t.objects[index-1]
	t.objects[index-1] = nil
	return object
}

func (t *tenonObjects[T]) Remove(index uint32) *T {
	object := t.Take(index)
	t.free = append(t.free, index)
	return object
}

type tenonHostError struct {
	message string
	number  uint32
}

// Error returns the host's message.
func (e *tenonHostError) Error() string { return e.message }

// Rethrow fails the call with the error of the host's function.
func (e *tenonHostError) Rethrow() { tenonRethrow(e.number) }

//go:wasmimport tenon:guest/task listen
func tenonListen(pointer tenonUnsafe.Pointer)

//go:wasmimport tenon:guest/task message
func tenonMessage(number uint32, pointer tenonUnsafe.Pointer, capacity uint32) uint32

//go:wasmimport tenon:guest/task rethrow
func tenonRethrow(number uint32)

// tenonThrown is set by the host when one of its functions fails.
var tenonThrown uint32

func init() { tenonListen(tenonUnsafe.Pointer(&tenonThrown)) }

func tenonThrow(number uint32) {
	tenonThrown = 0
	message := make([]byte, 4096)
	length := tenonMessage(number, tenonUnsafe.Pointer(tenonUnsafe.SliceData(message)), uint32(len(message)))
	panic(&tenonHostError{string(message[:length]), number})
}

//go:wasmimport tenon:guest/panic report
func tenonReport(pointer, length uint32)

// tenonGuard reports a panic to the host. The call then returns, and the plugin keeps running.
func tenonGuard() {
	value := recover()
	if value == nil {
		return
	}
	text := tenonPanicReport(value)
	if failed, is := value.(*tenonHostError); is {
		failed.Rethrow()
		return
	}
	pointer, length := tenonLowerString(text)
	tenonReport(pointer, length)
	tenonRuntime.KeepAlive(text)
}

// tenonPanicReport returns a panic's message and the stack. It discards values that were being read or written.
func tenonPanicReport(value any) string {
	tenonDepth = 1
	tenonEnd()
	stack := make([]byte, 16<<10)
	stack = stack[:tenonRuntime.Stack(stack, false)]
	return tenonPanicText(value) + "\\n" + tenonFrames(string(stack))
}

// tenonFrames leaves out frames that the author has not written. Each frame has two lines, after one for the goroutine.
func tenonFrames(stack string) string {
	_, stack = tenonLine(stack)
	frames := ""
	for stack != "" {
		var function, place string
		function, stack = tenonLine(stack)
		place, stack = tenonLine(stack)
		if !tenonBegins(function, "main.tenon") && !tenonBegins(function, "tenon/guest.") && !tenonBegins(function, "panic(") && !tenonBegins(place, "\\t<autogenerated>") {
			frames += function + "\\n" + place + "\\n"
		}
	}
	return frames
}

func tenonLine(text string) (string, string) {
	for index := 0; index < len(text); index++ {
		if text[index] == '\\n' {
			return text[:index], text[index+1:]
		}
	}
	return text, ""
}

func tenonBegins(text, with string) bool { return len(text) >= len(with) && text[:len(with)] == with }

func tenonPanicText(value any) string {
	switch value := value.(type) {
	case error:
		return value.Error()
	case interface{ String() string }:
		return value.String()
	case string:
		return value
	case int:
		return tenonStrconv.Itoa(value)
	case bool:
		return tenonStrconv.FormatBool(value)
	case float64:
		return tenonStrconv.FormatFloat(value, 'g', -1, 64)
	default:
		return "a value that is neither a text nor an error"
	}
}
`;
