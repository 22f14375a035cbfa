// Command host opens the plugins that its arguments name, and greets with each of them.
package main

import (
	"fmt"
	"os"
	"plugin"
)

func main() {
	for _, path := range os.Args[1:] {
		opened, err := plugin.Open(path)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		greet, err := opened.Lookup("Greet")
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(greet.(func(string) string)("Ada"))
	}
}
