module dmkit/tests/conformance/orm-gorm

go 1.20

require (
	github.com/godoes/gorm-dameng v0.7.2 // driver 8.1.4.80
	gorm.io/gorm v1.30.1
)

require (
	github.com/golang/snappy v1.0.0 // indirect
	github.com/jinzhu/inflection v1.0.0 // indirect
	github.com/jinzhu/now v1.1.5 // indirect
	golang.org/x/text v0.22.0 // indirect
)
