// A plugin for the program in ../host.
package main

func Greet(name string) string { return "Hello, " + name + "!" }

func main() {}
