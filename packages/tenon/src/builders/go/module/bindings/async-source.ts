/**
 * What plugins in Go are linked with whose contract has asynchronous functions, streams or futures.
 *
 * Every call of an asynchronous function is a goroutine. What enters the plugin, a call or an event of the host's, runs
 * goroutines until all of them wait (`tenonPump`), and returns. A goroutine that waits for the host stands in `tenonWaits`
 * by the number of what it waits for; all of that is in one waitable set, so that any of the calls under way can be told of
 * any event. Timers of Go's are told to the host. Synchronous functions run where they are called, as ever.
 *
 * Source: Component Model, CanonicalABI.md, "Task State", "Waitable State", "Stream State". The scheduler is asked by two
 * functions of Go's runtime, which the linker lets through with -checklinkname=0.
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
	// Calls that have not answered, and those of them that can now.
	tenonTasks    = map[uint32]*tenonTask{}
	tenonAnswered []*tenonTask
	// Goroutines that wait for an event, by what it will be about.
	tenonWaits = map[uint32]*tenonWait{}
	// Streams and futures that goroutines of the plugin write.
	tenonWriters int
	// Calls that the host will call back.
	tenonListening int
	tenonSet       uint32
	tenonTimer     int64
	tenonPumping   bool
	// Synchronous functions on the stack: while one runs, host functions are waited for where they are called.
	tenonSync int
)

// tenonTask is a call of an asynchronous function.
type tenonTask struct {
	number uint32
	answer func()
	cancel func()
}

// tenonStart begins a call. What run returns gives the answer: it is called when the host can take it.
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
		t.answer = tenonFailed("the goroutine of the call ended without an answer")
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

// give answers the host. An answer that cannot be given, such as a nil object, is a panic of the call.
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

// tenonTurn runs the plugin for the task whose code was entered, and tells what that waits for.
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

// tenonCallback is told of an event.
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

// tenonPump runs goroutines until all wait, or for a while if they do not.
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

// tenonLeave ends a synchronous function.
func tenonLeave() { tenonSync-- }

// tenonSettle lets calls go on for which a synchronous function has done something.
func tenonSettle() {
	if tenonSync == 1 && len(tenonTasks)+tenonWriters > 0 {
		tenonPump()
	}
}

// tenonWait is a goroutine that waits for the host.
type tenonWait struct {
	told    chan struct{}
	payload uint32
}

// tenonBlocks tells whether a synchronous function runs, in which nothing can be waited for but where it stands.
func tenonBlocks() bool { return tenonSync > 0 && !tenonPumping }

func tenonAwait(waitable uint32) uint32 {
	wait := &tenonWait{told: make(chan struct{})}
	tenonWaits[waitable] = wait
	tenonJoin(waitable, tenonSet)
	<-wait.told
	return wait.payload
}

func tenonWake(waitable, payload uint32) {
	wait := tenonWaits[waitable]
	if wait == nil {
		return
	}
	delete(tenonWaits, waitable)
	wait.payload = payload
	close(wait.told)
}

// tenonCalled waits for the answer of a host function. Source: CanonicalABI.md, "Subtask State".
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

/** For methods that take a context: it ends with the call, or when the call is cancelled. */
export const contextSource = `
func (t *tenonTask) context() tenonContext.Context {
	context, cancel := tenonContext.WithCancel(tenonContext.Background())
	t.cancel = cancel
	return context
}
`;
