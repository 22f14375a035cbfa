/**
 * The support code for plugins in Go whose contract has asynchronous functions, streams or futures.
 *
 * Every call of an asynchronous function is a goroutine. Each call or event from the host runs goroutines until all of them
 * wait (`tenonPump`), and then returns. A goroutine that waits for the host is in `tenonWaits`, by the number of what it waits
 * for. All of these are in one waitable set, so the host can deliver any event to any running call. Go's timers become timers
 * of the host. Synchronous functions run in their caller.
 *
 * Source: Component Model, CanonicalABI.md, "Task State", "Waitable State", "Stream State". Two functions of Go's runtime give
 * access to the scheduler: the linker allows that with -checklinkname=0.
 */
export const asyncSource = `
//go:linkname tenonHasWork runtime.pollWork
func tenonHasWork() bool

//go:linkname tenonNextTimer runtime.timeSleepUntil
func tenonNextTimer() int64

//go:linkname tenonNow runtime.nanotime
func tenonNow() int64

//go:wasmimport $root [waitable-set-new]
func tenonNewSet() uint32

//go:wasmimport $root [waitable-join]
func tenonJoin(waitable, set uint32)

//go:wasmimport $root [subtask-drop]
func tenonDropSubtask(subtask uint32)

//go:wasmimport tenon:guest/task current
func tenonCurrentTask() uint32

//go:wasmimport tenon:guest/task select
func tenonSelectTask(task uint32)

//go:wasmimport tenon:guest/task end
func tenonEndTask()

//go:wasmimport tenon:guest/task fail
func tenonFailTask(pointer, length uint32)

//go:wasmimport tenon:guest/task failed
func tenonSubtaskFailed(subtask uint32) uint32

//go:wasmimport tenon:guest/task break
func tenonBreak(writable, pointer, length uint32)

//go:wasmimport tenon:guest/task failure
func tenonFailureOf(readable uint32, pointer tenonUnsafe.Pointer, capacity uint32) int32

//go:wasmimport tenon:guest/timer set
func tenonSetTimer(set uint32, nanoseconds int64)

const (
	tenonExit    = 0
	tenonYield   = 1
	tenonWaiting = 2

	tenonCancelled = 6

	tenonBlocked = 0xffffffff
	tenonDropped = 1

	tenonNever      = 1<<63 - 1
	tenonMostRounds = 10000
)

var (
	// Calls without a result, and calls whose result is ready to be returned.
	tenonTasks    = map[uint32]*tenonTask{}
	tenonAnswered []*tenonTask
	// Goroutines that wait for an event, by the waitable of the event.
	tenonWaits = map[uint32]*tenonWait{}
	// The number of streams and futures that goroutines of the plugin write.
	tenonWriters int
	// The number of calls that the host will call back.
	tenonListening int
	tenonSet       uint32
	tenonTimer     int64
	tenonPumping   bool
	// The number of synchronous functions on the stack: while there are any, host functions block.
	tenonSync int
)

// tenonTask is a call of an asynchronous function.
type tenonTask struct {
	number uint32
	answer func()
	cancel func()
}

// tenonStart starts a call. The function that run returns is called when the host can take the result.
func tenonStart(run func(task *tenonTask) func()) uint32 {
	if tenonSet == 0 {
		tenonSet = tenonNewSet()
	}
	task := &tenonTask{number: tenonCurrentTask()}
	tenonTasks[task.number] = task
	go task.run(run)
	return tenonTurn(task.number)
}

func (t *tenonTask) run(run func(task *tenonTask) func()) {
	defer t.finish()
	t.answer = run(t)
}

func (t *tenonTask) finish() {
	if value := recover(); value != nil {
		t.answer = tenonFailedBy(value)
	} else if t.answer == nil {
		t.answer = tenonFailed("the goroutine of the call exited without returning")
	}
	if t.cancel != nil {
		t.cancel()
	}
	tenonAnswered = append(tenonAnswered, t)
}

func tenonFailedBy(value any) func() {
	text := tenonPanicReport(value)
	if failed, is := value.(*tenonHostError); is {
		return failed.Rethrow
	}
	return tenonFailed(text)
}

func tenonFailed(text string) func() {
	return func() {
		pointer, length := tenonLowerString(text)
		tenonFailTask(pointer, length)
		tenonRuntime.KeepAlive(text)
	}
}

// give returns the result to the host. A result that cannot be passed, such as a nil object, makes the call panic.
func (t *tenonTask) give() {
	delete(tenonTasks, t.number)
	tenonSelectTask(t.number)
	func() {
		defer func() {
			if value := recover(); value != nil {
				tenonFailedBy(value)()
			}
		}()
		t.answer()
	}()
	tenonEndTask()
}

// tenonTurn runs the plugin for the current task, and returns what the task waits for.
func tenonTurn(current uint32) uint32 {
	idle := tenonPump()
	if _, open := tenonTasks[current]; !open && idle && (tenonListening > 0 || len(tenonWaits)+tenonWriters == 0) {
		return tenonExit
	}
	tenonListening++
	if !idle {
		return tenonYield
	}
	return tenonWaiting | tenonSet<<4
}

// tenonCallback receives an event from the host.
func tenonCallback(event, index, payload uint32) uint32 {
	tenonListening--
	current := tenonCurrentTask()
	if event == tenonCancelled {
		if task := tenonTasks[current]; task != nil && task.cancel != nil {
			task.cancel()
		}
	} else if index != 0 {
		tenonWake(index, payload)
	} else if event == 0 {
		tenonTimer = 0
	}
	return tenonTurn(current)
}

// tenonPump runs goroutines until all of them wait, up to a limit. It reports whether all of them wait.
func tenonPump() bool {
	if tenonPumping {
		return true
	}
	tenonPumping = true
	idle := false
	for round := 0; !idle && round < tenonMostRounds; round++ {
		if tenonHasWork() || tenonNextTimer() <= tenonNow() {
			tenonRuntime.Gosched()
		} else if len(tenonAnswered) == 0 {
			idle = true
		}
		for len(tenonAnswered) > 0 {
			task := tenonAnswered[0]
			tenonAnswered = tenonAnswered[1:]
			if tenonTasks[task.number] == task && task.number != tenonCurrentTask() {
				tenonListening--
			}
			task.give()
		}
	}
	due := int64(0)
	if len(tenonTasks)+tenonWriters > 0 && idle {
		if next := tenonNextTimer(); next != tenonNever {
			due = next
		}
	}
	if due != tenonTimer {
		tenonTimer = due
		after := int64(-1)
		if due != 0 {
			after = max(0, due-tenonNow())
		}
		tenonSetTimer(tenonSet, after)
	}
	tenonPumping = false
	return idle
}

// tenonLeave marks the end of a synchronous function.
func tenonLeave() { tenonSync-- }

// tenonSettle resumes calls that a synchronous function has made ready.
func tenonSettle() {
	if tenonSync == 1 && len(tenonTasks)+tenonWriters > 0 {
		tenonPump()
	}
}

// tenonWait is a goroutine that waits for the host.
type tenonWait struct {
	done    chan struct{}
	payload uint32
}

// tenonBlocks reports whether a synchronous function is running, in which waiting has to block.
func tenonBlocks() bool { return tenonSync > 0 && !tenonPumping }

func tenonAwait(waitable uint32) uint32 {
	wait := &tenonWait{done: make(chan struct{})}
	tenonWaits[waitable] = wait
	tenonJoin(waitable, tenonSet)
	<-wait.done
	return wait.payload
}

func tenonWake(waitable, payload uint32) {
	wait := tenonWaits[waitable]
	if wait == nil {
		return
	}
	delete(tenonWaits, waitable)
	wait.payload = payload
	close(wait.done)
}

// tenonCalled waits for the result of a host function. Source: CanonicalABI.md, "Subtask State".
func tenonCalled(status uint32, kept int) {
	thrown := tenonThrown
	if subtask := status >> 4; subtask != 0 {
		tenonAwait(subtask)
		thrown = tenonSubtaskFailed(subtask)
		tenonDropSubtask(subtask)
	}
	if thrown != 0 {
		tenonAwaited = max(0, tenonAwaited-kept)
		tenonThrow(thrown)
	}
}
`;

/** For methods that take a context: it is cancelled when the call ends or is cancelled. */
export const contextSource = `
func (t *tenonTask) context() tenonContext.Context {
	context, cancel := tenonContext.WithCancel(tenonContext.Background())
	t.cancel = cancel
	return context
}
`;
