module dmkit/tests/conformance/parity/go

go 1.20

require github.com/godoes/gorm-dameng v0.7.2 // driver 8.1.4.80

require (
	github.com/golang/snappy v1.0.0 // indirect
	golang.org/x/text v0.22.0 // indirect
)
