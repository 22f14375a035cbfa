// Package contract is part of the host's own module: plugins that import it depend on the host.
package contract

// Level is shared with plugins.
type Level int

// Default is the level that a host starts with.
func Default() Level { return 3 }
