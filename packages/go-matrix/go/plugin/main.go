// Command plugin is a Go plugin with a function, a variable and an interface to look up.
package main

import (
	"fmt"
	"net"
	"os/user"

	"example.com/api"
	"example.com/dep"
)

type greeter struct{}

func (greeter) Greet(name string) api.Greeting {
	return api.Greeting{Text: "hello " + name, Level: dep.Small()}
}

// Plugin is what a host looks up.
var Plugin api.Greeter = greeter{}

// Describe shows which code and which variables the plugin sees.
func Describe() string {
	name := "nobody"
	if current, err := user.Current(); err == nil {
		name = current.Username
	}
	return fmt.Sprint(dep.Stamp, " ", dep.Small(), " ", dep.Large(), " ", dep.Calls(), " ", net.ParseIP("::1"), " ", name)
}

func main() {}
