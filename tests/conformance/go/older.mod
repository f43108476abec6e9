module dmkit/tests/conformance/go

go 1.18

require github.com/godoes/gorm-dameng v0.1.1 // driver 8.1.3.140

require (
	github.com/golang/snappy v0.0.4 // indirect
	golang.org/x/text v0.15.0 // indirect
)
