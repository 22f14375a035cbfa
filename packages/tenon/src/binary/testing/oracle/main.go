// Command oracle prints what Go's own readers find in a program file, as JSON.
package main

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"fmt"
	"os"
)

type segment struct {
	Name                            string
	Address, Size, Offset, FileSize uint64
}

type symbol struct {
	Name    string
	Value   uint64
	Section int
}

type facts struct {
	Segments  []segment
	Sections  []segment
	Symbols   []symbol
	Libraries []string
	Imports   []string
}

func main() {
	var found facts
	var err error
	switch os.Args[1] {
	case "mach-o":
		found, err = readMachO(os.Args[2])
	case "pe":
		found, err = readPE(os.Args[2])
	case "elf":
		found, err = readELF(os.Args[2])
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func readMachO(path string) (found facts, err error) {
	file, err := macho.Open(path)
	if err != nil {
		return found, err
	}
	for _, load := range file.Loads {
		if s, ok := load.(*macho.Segment); ok {
			found.Segments = append(found.Segments, segment{s.Name, s.Addr, s.Memsz, s.Offset, s.Filesz})
		}
	}
	for _, s := range file.Sections {
		found.Sections = append(found.Sections, segment{s.Name, s.Addr, s.Size, uint64(s.Offset), 0})
	}
	if file.Symtab != nil {
		for _, s := range file.Symtab.Syms {
			found.Symbols = append(found.Symbols, symbol{s.Name, s.Value, int(s.Sect)})
		}
	}
	if found.Libraries, err = file.ImportedLibraries(); err != nil {
		return found, err
	}
	found.Imports, err = file.ImportedSymbols()
	return found, err
}

func readPE(path string) (found facts, err error) {
	file, err := pe.Open(path)
	if err != nil {
		return found, err
	}
	for _, s := range file.Sections {
		found.Sections = append(found.Sections, segment{s.Name, uint64(s.VirtualAddress), uint64(s.VirtualSize), uint64(s.Offset), uint64(s.Size)})
	}
	for _, s := range file.Symbols {
		found.Symbols = append(found.Symbols, symbol{s.Name, uint64(s.Value), int(s.SectionNumber)})
	}
	found.Imports, err = file.ImportedSymbols()
	return found, err
}

func readELF(path string) (found facts, err error) {
	file, err := elf.Open(path)
	if err != nil {
		return found, err
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_LOAD {
			found.Segments = append(found.Segments, segment{"", p.Vaddr, p.Memsz, p.Off, p.Filesz})
		}
	}
	for _, s := range file.Sections {
		found.Sections = append(found.Sections, segment{s.Name, s.Addr, s.Size, s.Offset, 0})
	}
	return found, err
}
