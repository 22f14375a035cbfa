package main

import "fmt"

// Plugin implements the contract in plugin.wit: the world's functions are its methods.
type Plugin struct{}

// Greet is the contract's function greet.
func (Plugin) Greet(name string) string {
	return fmt.Sprintf("Hello, %s!", name)
}
