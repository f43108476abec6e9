// Logs in with the connection string of its argument, sends a text and takes it back.
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/godoes/gorm-dameng/dm8"
)

func main() {
	pool, err := sql.Open("dm", os.Args[1])
	if err == nil {
		var number int
		var text string
		err = pool.QueryRow("select 7, cast(? as varchar(100)) from dual", "达梦").Scan(&number, &text)
		pool.Close()
		if err == nil {
			fmt.Println("got", number, text)
			return
		}
	}
	fmt.Println(err)
	os.Exit(1)
}
