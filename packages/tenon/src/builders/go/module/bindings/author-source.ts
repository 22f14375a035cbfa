/** What every plugin's author can use in addition to the contract. It is part of the author's package. */
export const authorSource = `
type Tenon_ struct{}

// Tenon gives access to what every host provides, in addition to the contract.
var Tenon Tenon_

//go:wasmimport tenon:guest/settings@0.1.0 get
//go:noescape
func tenonSettings(area tenonUnsafe.Pointer)

// Settings returns the plugin's settings as JSON.
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

// Failure is an error with a value of the contract.
type Failure[E any] struct{ Value E }

// Error implements the error interface.
func (f Failure[E]) Error() string { return "the call failed with a value" }

func tenonCarried[E any](value E) error { return Failure[E]{value} }

func tenonFailureValue[E any](err error, function string) E {
	return tenonFailure[Failure[E]](err, function).Value
}

// HostError is the panic value of a host function that failed with an error that the contract does not declare. A plugin
// may recover from it. Otherwise, the plugin's call fails with the same error.
type HostError = tenonHostError
`;
