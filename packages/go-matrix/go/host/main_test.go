package main

import (
	"os"
	"testing"
)

// TestMain makes a host out of the test binary: its arguments after "--" are plugins.
func TestMain(m *testing.M) {
	for index, argument := range os.Args {
		if argument == "--" {
			run(os.Args[index+1:])
			return
		}
	}
	os.Exit(m.Run())
}
