// A plugin of the host beside it.
package main

func Greet(name string) string { return "Hello, " + name + "!" }

func main() {}
