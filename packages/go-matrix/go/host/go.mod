module example.com/host

go 1.19

require (
	example.com/api v1.0.0
	example.com/dep v1.0.0
)
