/** The support code for streams and futures, for plugins whose contract has any. */
export const streamSource = `
// tenonCarrier has the operations on streams or futures of one type.
type tenonCarrier[T any] struct {
	create       func() uint64
	read, write  func(handle uint32, pointer tenonUnsafe.Pointer, count uint32) uint32
	cancelRead   func(handle uint32) uint32
	dropReadable func(handle uint32)
	dropWritable func(handle uint32)
	size         uint32
	// The largest number of values in one read.
	most  uint32
	load  func(pointer, length uint32) []T
	store func(list []T) (uint32, uint32)
}

func tenonCounted(_, length uint32) []struct{} { return make([]struct{}, length) }

func tenonCount(list []struct{}) (uint32, uint32) { return tenonLowerView(list) }

// Stream is the contract's stream: values that arrive one after the other. Read a stream from the host with Next, Read or
// All, and close it if you do not read it to the end. Make a stream for the host with NewStream or NewByteStream.
type Stream[T any] struct {
	carrier *tenonCarrier[T]
	handle  uint32
	items   []T
	reading bool
	ended   bool
	err     error
	produce func(write func(items []T) bool)
}

// NewStream makes a stream of the values that produce yields. It runs when the stream is read; yield reports whether there
// is still a reader. A panic ends the stream with an error.
func NewStream[T any](produce func(yield func(T) bool)) *Stream[T] {
	return &Stream[T]{produce: func(write func(items []T) bool) {
		produce(func(item T) bool { return write([]T{item}) })
	}}
}

// NewByteStream makes a stream of the bytes of a reader, and closes the reader at the end if it has a method Close. If the
// reader fails, the stream ends with its error.
func NewByteStream(reader tenonIo.Reader) *Stream[byte] {
	return &Stream[byte]{produce: func(write func(items []byte) bool) {
		if closer, can := reader.(tenonIo.Closer); can {
			defer closer.Close()
		}
		for {
			buffer := make([]byte, 32<<10)
			length, err := reader.Read(buffer)
			if length > 0 && !write(buffer[:length]) {
				return
			}
			if err == tenonIo.EOF {
				return
			}
			if err != nil {
				panic(err)
			}
		}
	}}
}

// Next returns the next value, and whether there was one.
func (s *Stream[T]) Next() (T, bool) {
	var item T
	if !s.fill() {
		return item, false
	}
	item = s.items[0]
	s.items = s.items[1:]
	return item, true
}

// Err returns the error of the stream's writer, if it failed.
func (s *Stream[T]) Err() error { return s.err }

// Read fills a slice with the values that are available, at least one. Its error is io.EOF at the end, or the writer's error.
// A stream of bytes is an io.Reader.
func (s *Stream[T]) Read(into []T) (int, error) {
	if len(into) == 0 {
		return 0, nil
	}
	if !s.fill() {
		if s.err != nil {
			return 0, s.err
		}
		return 0, tenonIo.EOF
	}
	count := copy(into, s.items)
	s.items = s.items[count:]
	return count, nil
}

// All returns an iterator over the values, for use with range. It closes the stream.
func (s *Stream[T]) All() func(yield func(T) bool) {
	return func(yield func(T) bool) {
		defer s.Close()
		for {
			item, some := s.Next()
			if !some || !yield(item) {
				return
			}
		}
	}
}

// Close stops reading, which tells the writer to stop.
func (s *Stream[T]) Close() error {
	s.items = nil
	s.ended = true
	if s.handle != 0 && s.reading {
		tenonWake(s.handle, s.carrier.cancelRead(s.handle))
	} else if s.handle != 0 {
		s.carrier.dropReadable(s.handle)
		s.handle = 0
	}
	return nil
}

// fill waits until there is a value, or the end.
func (s *Stream[T]) fill() bool {
	for len(s.items) == 0 && !s.ended {
		if s.handle == 0 || s.reading {
			panic("a stream was read that was passed to the host, that the plugin made itself, or that is already being read")
		}
		if tenonBlocks() {
			panic("a stream was read in a synchronous function")
		}
		carrier := s.carrier
		buffer := make([]uint64, (carrier.most*carrier.size+15)/8)
		pointer := tenonUnsafe.Pointer(tenonUnsafe.SliceData(buffer))
		s.reading = true
		tenonAwaited++
		status := carrier.read(s.handle, pointer, carrier.most)
		if status == tenonBlocked {
			status = tenonAwait(s.handle)
		}
		s.reading = false
		if count := status >> 4; count > 0 {
			s.items = carrier.load(tenonAddress(pointer), count)
		}
		tenonAwaited--
		tenonRuntime.KeepAlive(buffer)
		if s.ended || status&15 == tenonDropped {
			if !s.ended {
				s.err = tenonFailureAt(s.handle)
			}
			s.ended = true
			carrier.dropReadable(s.handle)
			s.handle = 0
		}
	}
	return len(s.items) > 0
}

// tenonFailureAt returns the error that a stream or future ended with.
func tenonFailureAt(handle uint32) error {
	message := make([]byte, 1024)
	length := tenonFailureOf(handle, tenonUnsafe.Pointer(tenonUnsafe.SliceData(message)), uint32(len(message)))
	if length < 0 {
		return nil
	}
	return tenonText(message[:length])
}

func tenonTakeStream[T any](carrier *tenonCarrier[T], handle uint32) *Stream[T] {
	return &Stream[T]{carrier: carrier, handle: handle}
}

// tenonGiveStream passes the readable end to the host. A stream from the host that was not read yet is passed on as it is.
func tenonGiveStream[T any](carrier *tenonCarrier[T], stream *Stream[T]) uint32 {
	if stream == nil {
		panic("a nil *Stream was passed to the host")
	}
	if stream.handle != 0 && len(stream.items) == 0 && !stream.reading {
		handle := stream.handle
		stream.handle = 0
		return handle
	}
	produce := stream.produce
	if produce == nil && stream.handle == 0 && !stream.ended {
		panic("a stream was passed to the host twice")
	}
	if produce == nil {
		rest := *stream
		produce = func(write func(items []T) bool) {
			rest.All()(func(item T) bool { return write([]T{item}) })
			if rest.err != nil {
				panic(rest.err)
			}
		}
	}
	stream.produce = nil
	stream.handle = 0
	return tenonWriteAll(carrier, func(writable uint32) {
		// Do not produce values before the reader wants them.
		if !tenonWrite(carrier, writable, nil) {
			return
		}
		produce(func(items []T) bool {
			if !tenonWrite(carrier, writable, items) {
				return false
			}
			return carrier.most > 1 || tenonWrite(carrier, writable, nil)
		})
	})
}

// Future is the contract's future: a value that arrives later.
type Future[T any] struct {
	carrier *tenonCarrier[T]
	handle  uint32
	produce func() T
	value   T
	err     error
	ready   chan struct{}
}

// NewFuture makes a future of the result of value, which runs in its own goroutine. A panic ends the future with an error.
func NewFuture[T any](value func() T) *Future[T] { return &Future[T]{produce: value} }

// Await waits for the value. It returns an error if the future's writer failed.
func (f *Future[T]) Await() (T, error) {
	if f.ready == nil {
		if f.handle == 0 {
			panic("a future was awaited that was passed to the host, or that the plugin made itself")
		}
		if tenonBlocks() {
			panic("a future was awaited in a synchronous function")
		}
		f.ready = make(chan struct{})
		carrier := f.carrier
		buffer := make([]uint64, (carrier.size+15)/8)
		pointer := tenonUnsafe.Pointer(tenonUnsafe.SliceData(buffer))
		tenonAwaited++
		status := carrier.read(f.handle, pointer, 1)
		if status == tenonBlocked {
			status = tenonAwait(f.handle)
		}
		if status&15 == 0 {
			f.value = carrier.load(tenonAddress(pointer), 1)[0]
		} else {
			f.err = tenonFailureAt(f.handle)
		}
		tenonAwaited--
		tenonRuntime.KeepAlive(buffer)
		carrier.dropReadable(f.handle)
		f.handle = 0
		close(f.ready)
	}
	<-f.ready
	return f.value, f.err
}

func tenonTakeFuture[T any](carrier *tenonCarrier[T], handle uint32) *Future[T] {
	return &Future[T]{carrier: carrier, handle: handle}
}

func tenonGiveFuture[T any](carrier *tenonCarrier[T], future *Future[T]) uint32 {
	if future == nil {
		panic("a nil *Future was passed to the host")
	}
	if future.handle != 0 && future.ready == nil {
		handle := future.handle
		future.handle = 0
		return handle
	}
	produce := future.produce
	if produce == nil && future.ready == nil {
		panic("a future was passed to the host twice")
	}
	if produce == nil {
		produce = func() T {
			value, err := future.Await()
			if err != nil {
				panic(err)
			}
			return value
		}
	}
	future.produce = nil
	return tenonWriteAll(carrier, func(writable uint32) { tenonWrite(carrier, writable, []T{produce()}) })
}

// tenonWriteAll makes a stream or future, and writes it in its own goroutine.
func tenonWriteAll[T any](carrier *tenonCarrier[T], write func(writable uint32)) uint32 {
	ends := carrier.create()
	writable := uint32(ends >> 32)
	tenonWriters++
	go func() {
		finished := false
		defer func() {
			tenonWriters--
			if finished {
				carrier.dropWritable(writable)
				return
			}
			text := "the goroutine that writes it exited"
			if value := recover(); value != nil {
				text = tenonPanicReport(value)
			}
			pointer, length := tenonLowerString(text)
			tenonBreak(writable, pointer, length)
			tenonRuntime.KeepAlive(text)
		}()
		write(writable)
		finished = true
	}()
	return uint32(ends)
}

// tenonWrite reports whether everything was read and there is still a reader.
func tenonWrite[T any](carrier *tenonCarrier[T], writable uint32, items []T) bool {
	tenonBegin()
	before := len(tenonPins)
	pointer, length := carrier.store(items)
	pins := append([]tenonUnsafe.Pointer(nil), tenonPins[before:]...)
	tenonEnd()
	for written := uint32(0); ; {
		status := carrier.write(writable, tenonPointer(pointer+written*carrier.size), length-written)
		if status == tenonBlocked {
			status = tenonAwait(writable)
		}
		written += status >> 4
		if status&15 == tenonDropped {
			return false
		}
		if status>>4 == 0 || written >= length {
			break
		}
	}
	tenonRuntime.KeepAlive(items)
	tenonRuntime.KeepAlive(pins)
	return true
}
`;
