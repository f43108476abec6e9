// Command go does one task of the comparison through the vendor's driver, unmodified and with its defaults. It prints
// what the task took as one line of JSON, as ../client.cpp does for the same tasks.
//
//	go DSN rows|select|batch|loop COUNT
package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	_ "github.com/godoes/gorm-dameng/dm8" // registers itself as "dm"
)

type measured struct {
	rows    int
	seconds float64
	grown   int
}

// peakMemory is the largest resident size that this process has had, in bytes.
func peakMemory() int {
	file, err := os.Open("/proc/self/status")
	must(err)
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
			must(err)
			return kilobytes * 1024
		}
	}
	panic("/proc/self/status has no VmHWM")
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func measure(count int, action func() int) measured {
	memory, begin := peakMemory(), time.Now()
	rows := action()
	seconds := time.Since(begin).Seconds()
	if rows != count {
		panic(fmt.Sprintf("%d rows came", rows))
	}
	return measured{rows, seconds, peakMemory() - memory}
}

func streamRows(on *sql.DB, count int) measured {
	return measure(count, func() int {
		found, err := on.Query("SELECT ID, TOTAL, PRICE, WEIGHT, NAME, DAY, MOMENT, DIGEST FROM MIXED")
		must(err)
		defer found.Close()
		rows := 0
		for ; found.Next(); rows++ {
			var id int32
			var total int64
			var price, name string
			var weight float64
			var day, moment time.Time
			var digest []byte
			must(found.Scan(&id, &total, &price, &weight, &name, &day, &moment, &digest))
		}
		must(found.Err())
		return rows
	})
}

func selectPrepared(on *sql.DB, count int) measured {
	statement, err := on.Prepare("SELECT ID, NAME FROM MIXED WHERE ID = ?")
	must(err)
	defer statement.Close()
	return measure(count, func() int {
		for i := 0; i < count; i++ {
			var id int32
			var name string
			must(statement.QueryRow(i%1000+1).Scan(&id, &name))
		}
		return count
	})
}

const insertion = "INSERT INTO SCRATCH VALUES(?, ?)"

// insert makes a table of its own and drops it afterwards.
func insert(on *sql.DB, count int, action func() int) measured {
	_, err := on.Exec("CREATE TABLE SCRATCH(ID INT PRIMARY KEY, NAME VARCHAR(64))")
	must(err)
	defer on.Exec("DROP TABLE SCRATCH")
	return measure(count, action)
}

func insertBatch(on *sql.DB, count int) measured {
	return insert(on, count, func() int {
		// The driver takes many rows as one argument of this type; database/sql lets it pass without a statement of its own only.
		rows := make([][]interface{}, count)
		for i := range rows {
			rows[i] = []interface{}{i, "武汉市洪山区"}
		}
		_, err := on.Exec(insertion, rows)
		must(err)
		return count
	})
}

func insertOneByOne(on *sql.DB, count int) measured {
	return insert(on, count, func() int {
		statement, err := on.Prepare(insertion)
		must(err)
		defer statement.Close()
		for i := 0; i < count; i++ {
			_, err := statement.Exec(i, "武汉市洪山区")
			must(err)
		}
		return count
	})
}

func main() {
	tasks := map[string]func(*sql.DB, int) measured{
		"rows": streamRows, "select": selectPrepared, "batch": insertBatch, "loop": insertOneByOne}
	if len(os.Args) != 4 || tasks[os.Args[2]] == nil {
		fmt.Fprintln(os.Stderr, "go DSN rows|select|batch|loop COUNT")
		os.Exit(2)
	}
	count, err := strconv.Atoi(os.Args[3])
	must(err)
	on, err := sql.Open("dm", os.Args[1])
	must(err)
	defer on.Close()
	on.SetMaxOpenConns(1)
	must(on.Ping())
	out := tasks[os.Args[2]](on, count)
	fmt.Printf("{\"rows\": %d, \"seconds\": %g, \"grown\": %d}\n", out.rows, out.seconds, out.grown)
}
