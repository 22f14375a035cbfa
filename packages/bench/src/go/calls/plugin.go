package main

import "strings"

// Plugin is as small as a plugin can be: what is measured is the way to it.
type Plugin struct{}

func (Plugin) Add(a, b uint32) uint32 { return a + b }

func (Plugin) Upper(text string) string { return strings.ToUpper(text) }

func (Plugin) AskHost(times uint32) uint32 {
	var sum uint32
	for n := range times {
		sum += Host.Twice(n)
	}
	return sum
}
