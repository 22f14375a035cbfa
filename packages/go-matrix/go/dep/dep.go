// Package dep is a third party's library that a host and its plugins share.
package dep

// Stamp is given a value by the linker in some hosts and plugins.
var Stamp = "unstamped"

var calls int

// Small is inlined where it is called.
func Small() int { return 1 }

// Large is never inlined: its body is no part of the export data.
//
//go:noinline
func Large() int {
	calls++
	return 10
}

// Calls tells how often Large ran in this process.
func Calls() int { return calls }
