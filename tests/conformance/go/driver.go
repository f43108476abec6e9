package main

// The vendor's driver registers itself with database/sql as "dm". Its own module, gitee.com/chunanyong/dm, is not to be
// had from every module proxy; the same driver travels in this module as package dm8.
import _ "github.com/godoes/gorm-dameng/dm8"
