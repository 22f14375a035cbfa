// Package api is what a host and its plugins agree on, in a module of its own.
package api

// Greeting is what a plugin answers.
type Greeting struct {
	Text  string
	Level int
}

// Greeter is what a plugin's exported variable implements.
type Greeter interface {
	Greet(name string) Greeting
}
