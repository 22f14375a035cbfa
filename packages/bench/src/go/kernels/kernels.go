package main

import (
	"sort"
	"strings"
	"time"
)

var kernels = map[string]func() int{
	"fib":     func() int { return fib(27) },
	"sieve":   func() int { return sieve(1000000) },
	"matrix":  func() int { return matrix(120) },
	"sort":    func() int { return sorted(100000) },
	"words":   func() int { return words(20000) },
	"mandel":  func() int { return mandelbrot(160) },
	"structs": func() int { return bodies(20000) },
}

var result int

// measure runs a kernel once, and gives the milliseconds that it took.
func measure(name string) float64 {
	begun := time.Now()
	result += kernels[name]()
	return float64(time.Since(begun).Nanoseconds()) / 1e6
}

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func sieve(limit int) int {
	composite := make([]bool, limit+1)
	count := 0
	for n := 2; n <= limit; n++ {
		if composite[n] {
			continue
		}
		count++
		for multiple := n * n; multiple <= limit; multiple += n {
			composite[multiple] = true
		}
	}
	return count
}

func matrix(size int) int {
	a := make([]float64, size*size)
	b := make([]float64, size*size)
	for i := 0; i < size*size; i++ {
		a[i] = float64(i % 7)
		b[i] = float64(i % 5)
	}
	sum := 0.0
	for i := 0; i < size; i++ {
		for j := 0; j < size; j++ {
			cell := 0.0
			for k := 0; k < size; k++ {
				cell += a[i*size+k] * b[k*size+j]
			}
			sum += cell
		}
	}
	return int(sum)
}

func sorted(count int) int {
	list := make([]int, count)
	state := uint32(1)
	for i := 0; i < count; i++ {
		state = state*1664525 + 1013904223
		list[i] = int(state >> 8)
	}
	sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	return list[count/2]
}

func words(count int) int {
	seen := map[string]int{}
	var text strings.Builder
	for i := 0; i < count; i++ {
		text.Reset()
		for n := i % 1000; n > 0; n /= 7 {
			text.WriteByte(byte('a' + n%7))
		}
		seen[text.String()]++
	}
	return len(seen)
}

func mandelbrot(size int) int {
	inside := 0
	for y := 0; y < size; y++ {
		for x := 0; x < size; x++ {
			cr := 2*float64(x)/float64(size) - 1.5
			ci := 2*float64(y)/float64(size) - 1
			zr, zi := 0.0, 0.0
			steps := 0
			for steps < 100 && zr*zr+zi*zi < 4 {
				zr, zi = zr*zr-zi*zi+cr, 2*zr*zi+ci
				steps++
			}
			if steps == 100 {
				inside++
			}
		}
	}
	return inside
}

type body struct{ x, y, vx, vy, mass float64 }

func bodies(steps int) int {
	list := []body{{0, 0, 0, 0, 1000}, {10, 0, 0, 1, 1}, {0, 20, -1, 0, 2}, {-30, 0, 0, -1, 3}}
	for step := 0; step < steps; step++ {
		for i := range list {
			for j := range list {
				if i == j {
					continue
				}
				dx, dy := list[j].x-list[i].x, list[j].y-list[i].y
				force := list[j].mass / (dx*dx + dy*dy + 0.01)
				list[i].vx += dx * force * 0.001
				list[i].vy += dy * force * 0.001
			}
		}
		for i := range list {
			list[i].x += list[i].vx * 0.001
			list[i].y += list[i].vy * 0.001
		}
	}
	return int(list[1].x * 1000)
}
