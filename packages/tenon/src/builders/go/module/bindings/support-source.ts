/**
 * What every plugin in Go is linked with: memory for values that pass, and the report of panics. It is part of the
 * generated bindings, so that a plugin needs no module but its own.
 *
 * Arguments arrive in `tenonArena`, or in slices of their own when they are large. Nothing is freed while values are being
 * read or written (`tenonDepth`), as other goroutines may run whenever memory is allocated.
 */
export const supportSource = `
type Tenon_ struct{}

// Tenon is what a plugin may ask of its host besides its contract.
var Tenon Tenon_

//go:wasmimport tenon:guest/settings@0.1.0 get
//go:noescape
func tenonSettings(area tenonUnsafe.Pointer)

// Settings gives the plugin's settings as JSON.
func (Tenon_) Settings() string {
	area := new([1]uint64)
	tenonSettings(tenonUnsafe.Pointer(area))
	tenonBegin()
	settings := tenonLoadString(tenonUnsafe.Pointer(area))
	tenonEnd()
	return settings
}

//go:wasmimport tenon:guest/log@0.1.0 write
//go:noescape
func tenonLog(pointer, length uint32)

// Log writes a line to the plugin's log.
func (Tenon_) Log(line string) {
	pointer, length := tenonLowerString(line)
	tenonLog(pointer, length)
	tenonRuntime.KeepAlive(line)
}

// Result is the contract's result<ok, err> as a value: in a list, a record or a parameter.
type Result[O, E any] struct {
	Ok     O
	Err    E
	Failed bool
}

// Failure is an error that carries a value of the contract's.
type Failure[E any] struct{ Value E }

// Error makes it an error of Go's.
func (f Failure[E]) Error() string { return "the call failed with a value" }

func tenonCarried[E any](value E) error { return Failure[E]{value} }

type tenonText string

func (t tenonText) Error() string { return string(t) }

func tenonFailure[E any](err error, function string) E {
	var payload E
	if tenonErrors.As(err, &payload) {
		return payload
	}
	panic(function + " failed with an error that its contract does not declare: " + err.Error())
}

func tenonFailureValue[E any](err error, function string) E {
	return tenonFailure[Failure[E]](err, function).Value
}

var (
	tenonArena    [4096]uint64
	tenonArenaEnd uintptr
	tenonDepth    int
	tenonPins     []tenonUnsafe.Pointer
	// Answers and elements that are awaited come while anything may run: their memory stays until it is read.
	tenonAwaited int
	tenonKept    = map[uint32]tenonUnsafe.Pointer{}
)

// A larger argument gets memory of its own, in which it stays: no copy is made of it.
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

// tenonScratch gives memory that stays until nothing is being read or written any more.
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

// tenonView gives a list whose elements lie in memory as Go has them.
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

// tenonLoans are the host's objects that were lent to a call.
type tenonLoans []tenonLoan

type tenonLoan struct {
	handle *uint32
	drop   func(handle uint32)
}

func (l *tenonLoans) end() {
	for _, loan := range *l {
		if *loan.handle != 0 {
			handle := *loan.handle
			*loan.handle = 0
			loan.drop(handle)
		}
	}
}

// tenonObjects are the plugin's objects that its host holds.
type tenonObjects[T any] struct {
	objects []*T
	free    []uint32
}

func (t *tenonObjects[T]) add(object *T) uint32 {
	if last := len(t.free) - 1; last >= 0 {
		index := t.free[last]
		t.free = t.free[:last]
		t.objects[index-1] = object
		return index
	}
	t.objects = append(t.objects, object)
	return uint32(len(t.objects))
}

func (t *tenonObjects[T]) at(index uint32) *T { return t.objects[index-1] }

// take leaves the index to remove, which is called when the handle ends.
func (t *tenonObjects[T]) take(index uint32) *T {
	object := t.objects[index-1]
	t.objects[index-1] = nil
	return object
}

func (t *tenonObjects[T]) remove(index uint32) *T {
	object := t.take(index)
	t.free = append(t.free, index)
	return object
}

// HostError is the panic of a host function that failed in a way which the contract does not declare. A plugin may
// recover from it; otherwise the call ends as the host function did.
type HostError struct {
	message string
	number  uint32
}

// Error is the host's message.
func (e *HostError) Error() string { return e.message }

//go:wasmimport tenon:guest/task listen
func tenonListen(pointer tenonUnsafe.Pointer)

//go:wasmimport tenon:guest/task message
func tenonMessage(number uint32, pointer tenonUnsafe.Pointer, capacity uint32) uint32

//go:wasmimport tenon:guest/task rethrow
func tenonRethrow(number uint32)

// tenonThrown is written by the host when one of its functions fails.
var tenonThrown uint32

func init() { tenonListen(tenonUnsafe.Pointer(&tenonThrown)) }

func tenonThrow(number uint32) {
	tenonThrown = 0
	message := make([]byte, 4096)
	length := tenonMessage(number, tenonUnsafe.Pointer(tenonUnsafe.SliceData(message)), uint32(len(message)))
	panic(&HostError{string(message[:length]), number})
}

//go:wasmimport tenon:guest/panic report
func tenonReport(pointer, length uint32)

// tenonGuard tells the host of a panic. The call then returns, and the plugin goes on.
func tenonGuard() {
	value := recover()
	if value == nil {
		return
	}
	text := tenonPanicReport(value)
	if failed, is := value.(*HostError); is {
		tenonRethrow(failed.number)
		return
	}
	pointer, length := tenonLowerString(text)
	tenonReport(pointer, length)
	tenonRuntime.KeepAlive(text)
}

// tenonPanicReport gives a panic's message, and the stack. What was being read or written is forgotten.
func tenonPanicReport(value any) string {
	tenonDepth = 1
	tenonEnd()
	stack := make([]byte, 16<<10)
	stack = stack[:tenonRuntime.Stack(stack, false)]
	return tenonPanicText(value) + "\\n" + tenonFrames(string(stack))
}

// tenonFrames leaves out what the author has not written: two lines for each frame, after one for the goroutine.
func tenonFrames(stack string) string {
	_, stack = tenonLine(stack)
	frames := ""
	for stack != "" {
		var function, place string
		function, stack = tenonLine(stack)
		place, stack = tenonLine(stack)
		if !tenonBegins(function, "main.tenon") && !tenonBegins(function, "panic(") && !tenonBegins(place, "\\t<autogenerated>") {
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
