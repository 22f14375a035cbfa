/** What every plugin's author may use besides the contract: part of the author's package. */
export const authorSource = `
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

func tenonFailureValue[E any](err error, function string) E {
	return tenonFailure[Failure[E]](err, function).Value
}

// HostError is the panic of a host function that failed in a way which the contract does not declare. A plugin may
// recover from it; otherwise the call ends as the host function did.
type HostError = tenonHostError
`;
