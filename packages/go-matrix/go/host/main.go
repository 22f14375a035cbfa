// Command host opens the plugins that its arguments name, in order, and prints a JSON line before and after each step.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/user"
	"plugin"

	"example.com/api"
	"example.com/dep"
	"example.com/host/contract"
)

type event struct {
	Event string `json:"event"`
	Index int    `json:"index"`
	Error string `json:"error,omitempty"`
	Value string `json:"value,omitempty"`
}

func say(e event) {
	line, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(line, '\n'))
}

func run(paths []string) {
	say(event{Event: "ready", Index: -1, Value: self()})
	for index, path := range paths {
		open(index, path)
	}
	say(event{Event: "done", Index: len(paths)})
}

func self() string {
	name := "nobody"
	if current, err := user.Current(); err == nil {
		name = current.Username
	}
	return fmt.Sprint(dep.Stamp, " ", dep.Small(), " ", dep.Large(), " ", contract.Default(), " ",
		net.ParseIP("127.0.0.1"), " ", name)
}

func open(index int, path string) {
	stage := "opening"
	defer func() {
		if reason := recover(); reason != nil {
			say(event{Event: "panicked", Index: index, Error: fmt.Sprint(reason), Value: stage})
		}
	}()
	say(event{Event: stage, Index: index})
	opened, err := plugin.Open(path)
	if err != nil {
		say(event{Event: "refused", Index: index, Error: err.Error()})
		return
	}
	say(event{Event: "opened", Index: index})
	stage = "calling"
	value := "exports nothing"
	if symbol, err := opened.Lookup("Describe"); err == nil {
		value = symbol.(func() string)()
	}
	if symbol, err := opened.Lookup("Plugin"); err == nil {
		value += " " + (*symbol.(*api.Greeter)).Greet("host").Text
	}
	say(event{Event: "called", Index: index, Value: value})
}

func main() { run(os.Args[1:]) }
