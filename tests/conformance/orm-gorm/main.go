// Command orm-gorm is a database/sql program with gorm and its DM dialect, both unmodified: it creates its schema,
// writes, reads with relations, updates in transactions and deletes.
//
// Environment: DMKIT_HOST, DMKIT_PORT.
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	dameng "github.com/godoes/gorm-dameng"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
)

type Company struct {
	ID        uint   `gorm:"primaryKey"`
	Name      string `gorm:"size:100;not null;uniqueIndex:IX_COMPANY_NAME;comment:公司名称"`
	Founded   time.Time
	Employees []Employee
}

type Employee struct {
	ID        uint    `gorm:"primaryKey"`
	Name      string  `gorm:"size:60;not null;index"`
	Salary    float64 `gorm:"type:DECIMAL(12,2);default:0"`
	Active    bool    `gorm:"default:true"`
	Notes     string  `gorm:"type:CLOB"`
	Photo     []byte
	CompanyID *uint
	Company   *Company
	Badge     *Badge
	Skills    []Skill `gorm:"many2many:employee_skills"`
	CreatedAt time.Time
	DeletedAt gorm.DeletedAt
}

type Badge struct {
	ID         uint `gorm:"primaryKey"`
	Number     string
	EmployeeID uint `gorm:"uniqueIndex"`
}

type Skill struct {
	ID   uint   `gorm:"primaryKey"`
	Name string `gorm:"size:40;unique"`
}

// Wider has a column more than Skill, in the same table.
type Wider struct {
	ID    uint   `gorm:"primaryKey"`
	Name  string `gorm:"size:40;unique"`
	Level int32
}

func (Wider) TableName() string { return "skills" }

var errWanted = errors.New("rolled back as wanted")

func expect(what string, wanted, found interface{}) error {
	if w, f := fmt.Sprint(wanted), fmt.Sprint(found); w != f {
		return fmt.Errorf("%s: expected %s, got %s", what, w, f)
	}
	return nil
}

func first(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

var all = []interface{}{&Company{}, &Employee{}, &Badge{}, &Skill{}}

func migrate(db *gorm.DB) error {
	if err := db.AutoMigrate(all...); err != nil {
		return err
	}
	for _, model := range all {
		if !db.Migrator().HasTable(model) {
			return fmt.Errorf("no table for %T", model)
		}
	}
	return expect("join table", true, db.Migrator().HasTable("employee_skills"))
}

// migrateAgain finds everything as it should be and changes nothing.
func migrateAgain(db *gorm.DB) error {
	return db.AutoMigrate(all...)
}

func inspect(db *gorm.DB) error {
	migrator := db.Migrator()
	types, err := migrator.ColumnTypes(&Company{})
	if err != nil {
		return err
	}
	comments := map[string]string{}
	for _, column := range types {
		comments[column.Name()], _ = column.Comment()
	}
	tables, err := migrator.GetTables()
	if err != nil {
		return err
	}
	return first(
		expect("columns", 3, len(types)),
		expect("comment", "公司名称", comments["name"]),
		expect("tables", 5, len(tables)),
		expect("index", true, migrator.HasIndex(&Company{}, "IX_COMPANY_NAME")),
		expect("no index", false, migrator.HasIndex(&Company{}, "IX_NOWHERE")),
		expect("column", true, migrator.HasColumn(&Employee{}, "salary")),
		expect("no column", false, migrator.HasColumn(&Employee{}, "height")),
		expect("foreign key", true, migrator.HasConstraint(&Company{}, "Employees")),
	)
}

func addColumn(db *gorm.DB) error {
	if err := db.Create(&Skill{Name: "old"}).Error; err != nil {
		return err
	}
	if err := db.AutoMigrate(&Wider{}); err != nil {
		return err
	}
	if err := db.Model(&Wider{}).Where(`"name" = ?`, "old").Update("level", 7).Error; err != nil {
		return err
	}
	var found Wider
	if err := db.First(&found, `"name" = ?`, "old").Error; err != nil {
		return err
	}
	return first(
		expect("level", 7, found.Level),
		db.Migrator().DropColumn(&Wider{}, "level"),
		expect("column", false, db.Migrator().HasColumn(&Skill{}, "level")),
		db.Delete(&Skill{}, `"name" = ?`, "old").Error,
	)
}

func create(db *gorm.DB) error {
	company := Company{Name: "达梦", Founded: time.Date(2000, 11, 13, 8, 30, 0, 0, time.UTC), Employees: []Employee{
		{Name: "张三", Salary: 1234.56, Active: true, Notes: "第一位", Photo: []byte{0, 255, 1}, Badge: &Badge{Number: "A-1"},
			Skills: []Skill{{Name: "SQL"}, {Name: "Go"}}},
		{Name: "李四", Salary: 99.5, Active: true},
	}}
	if err := db.Create(&company).Error; err != nil {
		return err
	}
	alone := Employee{Name: "王五", Active: true}
	if err := db.Create(&alone).Error; err != nil {
		return err
	}
	return first(
		expect("company", 1, company.ID),
		expect("first employee", 1, company.Employees[0].ID),
		expect("second employee", 2, company.Employees[1].ID),
		expect("employee alone", 3, alone.ID),
		expect("badge's employee", 1, company.Employees[0].Badge.EmployeeID),
	)
}

func createInBatches(db *gorm.DB) error {
	skills := make([]Skill, 250)
	for i := range skills {
		skills[i].Name = "skill " + strconv.Itoa(i)
	}
	if err := db.CreateInBatches(skills, 100).Error; err != nil {
		return err
	}
	var count int64
	err := db.Model(&Skill{}).Where(`"name" LIKE ?`, "skill %").Count(&count).Error
	return first(err, expect("skills", 250, count), expect("key after key", skills[0].ID+249, skills[249].ID))
}

func preload(db *gorm.DB) error {
	var company Company
	if err := db.Preload("Employees.Badge").Preload("Employees.Skills").First(&company, `"name" = ?`, "达梦").Error; err != nil {
		return err
	}
	if len(company.Employees) != 2 {
		return fmt.Errorf("%d employees", len(company.Employees))
	}
	one := company.Employees[0]
	return first(
		expect("founded", "2000-11-13 08:30:00 +0000 UTC", company.Founded.UTC()),
		expect("name", "张三", one.Name),
		expect("salary", 1234.56, one.Salary),
		expect("active", true, one.Active),
		expect("notes", "第一位", one.Notes),
		expect("photo", []byte{0, 255, 1}, one.Photo),
		expect("badge", "A-1", one.Badge.Number),
		expect("skills", 2, len(one.Skills)),
		expect("no badge", true, company.Employees[1].Badge == nil),
	)
}

func joins(db *gorm.DB) error {
	var employees []Employee
	err := db.Joins("Company").Order(clause.OrderByColumn{Column: clause.Column{Table: "employees", Name: "id"}}).Find(&employees).Error
	if err != nil {
		return err
	}
	if len(employees) != 3 {
		return fmt.Errorf("%d employees", len(employees))
	}
	return first(
		expect("company", "达梦", employees[0].Company.Name),
		expect("no company", true, employees[2].Company == nil),
	)
}

func aggregate(db *gorm.DB) error {
	var totals []struct {
		CompanyID *uint
		Total     float64
		Heads     int
	}
	err := db.Model(&Employee{}).Select(`"company_id", SUM("salary") AS "total", COUNT(*) AS "heads"`).Group("company_id").
		Having("COUNT(*) > ?", 1).Scan(&totals).Error
	if err != nil {
		return err
	}
	if len(totals) != 1 {
		return fmt.Errorf("%d groups", len(totals))
	}
	return first(expect("total", 1334.06, totals[0].Total), expect("heads", 2, totals[0].Heads))
}

func page(db *gorm.DB) error {
	var skills []Skill
	err := db.Where(`"name" LIKE ?`, "skill %").Order(`"id"`).Limit(3).Offset(10).Find(&skills).Error
	if err != nil {
		return err
	}
	rows := 0
	batches := db.Where(`"name" LIKE ?`, "skill %").FindInBatches(&skills, 60, func(tx *gorm.DB, batch int) error {
		rows += len(skills)
		return nil
	})
	return first(batches.Error, expect("rows in batches", 250, rows))
}

func updateInTransaction(db *gorm.DB) error {
	err := db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Model(&Employee{}).Where(`"name" = ?`, "李四").Updates(map[string]interface{}{"salary": 200, "active": false}).Error; err != nil {
			return err
		}
		return tx.Model(&Company{}).Where(`"name" = ?`, "达梦").Update("name", "达梦数据库").Error
	})
	if err != nil {
		return err
	}
	var found Employee
	if err := db.Preload("Company").First(&found, `"name" = ?`, "李四").Error; err != nil {
		return err
	}
	return first(
		expect("salary", 200.0, found.Salary),
		expect("active", false, found.Active),
		expect("company", "达梦数据库", found.Company.Name),
	)
}

func rollBack(db *gorm.DB) error {
	err := db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&Company{Name: "never"}).Error; err != nil {
			return err
		}
		if err := tx.Where("1 = 1").Delete(&Badge{}).Error; err != nil {
			return err
		}
		return errWanted
	})
	if !errors.Is(err, errWanted) {
		return fmt.Errorf("the transaction ended with %v", err)
	}
	var companies, badges int64
	return first(
		db.Model(&Company{}).Count(&companies).Error,
		db.Model(&Badge{}).Count(&badges).Error,
		expect("companies", 1, companies),
		expect("badges", 1, badges),
	)
}

func nestedTransaction(db *gorm.DB) error {
	err := db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&Company{Name: "outer"}).Error; err != nil {
			return err
		}
		inner := tx.Transaction(func(tx2 *gorm.DB) error {
			if err := tx2.Create(&Company{Name: "inner"}).Error; err != nil {
				return err
			}
			return errWanted
		})
		if !errors.Is(inner, errWanted) {
			return fmt.Errorf("the inner transaction ended with %v", inner)
		}
		return nil
	})
	var names []string
	return first(err,
		db.Model(&Company{}).Order(`"id"`).Pluck("name", &names).Error,
		expect("names", []string{"达梦数据库", "outer"}, names),
		db.Delete(&Company{}, `"name" = ?`, "outer").Error,
	)
}

func upsert(db *gorm.DB) error {
	var known Skill
	if err := db.First(&known, `"name" = ?`, "SQL").Error; err != nil {
		return err
	}
	known.Name = "SQL99"
	return first(
		db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&known).Error,
		db.First(&known, known.ID).Error,
		expect("name", "SQL99", known.Name),
	)
}

func associations(db *gorm.DB) error {
	var one Employee
	if err := db.First(&one, `"name" = ?`, "张三").Error; err != nil {
		return err
	}
	skills := func() *gorm.Association { return db.Model(&one).Association("Skills") }
	if err := skills().Append(&Skill{Name: "C++"}); err != nil {
		return err
	}
	var known Skill
	return first(
		expect("skills after appending", 3, skills().Count()),
		db.First(&known, `"name" = ?`, "Go").Error,
		skills().Delete(&known),
		expect("skills after deleting", 2, skills().Count()),
		skills().Clear(),
		expect("skills after clearing", 0, skills().Count()),
	)
}

func violations(db *gorm.DB) error {
	duplicate := db.Create(&Company{Name: "达梦数据库"}).Error
	if duplicate == nil {
		return errors.New("a second company of the same name")
	}
	nobody := uint(4711)
	orphan := db.Create(&Employee{Name: "x", CompanyID: &nobody}).Error
	if orphan == nil {
		return errors.New("an employee of no company")
	}
	var found Company
	return expect("no record", true, errors.Is(db.First(&found, 4711).Error, gorm.ErrRecordNotFound))
}

func deleteSoftly(db *gorm.DB) error {
	var left, ever int64
	return first(
		db.Delete(&Employee{}, `"name" = ?`, "王五").Error,
		db.Model(&Employee{}).Count(&left).Error,
		db.Unscoped().Model(&Employee{}).Count(&ever).Error,
		expect("left", 2, left),
		expect("ever", 3, ever),
		db.Unscoped().Delete(&Employee{}, `"name" = ?`, "王五").Error,
		db.Unscoped().Model(&Employee{}).Count(&ever).Error,
		expect("for good", 2, ever),
	)
}

func dropAll(db *gorm.DB) error {
	if err := db.Migrator().DropTable("employee_skills", &Badge{}, &Skill{}, &Employee{}, &Company{}); err != nil {
		return err
	}
	tables, err := db.Migrator().GetTables()
	return first(err, expect("tables", 0, len(tables)))
}

func main() {
	place := os.Getenv("DMKIT_HOST") + ":" + os.Getenv("DMKIT_PORT")
	db, err := gorm.Open(dameng.Open("dm://SYSDBA:SYSDBA@"+place), &gorm.Config{Logger: logger.Default.LogMode(logger.Silent)})
	if err != nil {
		fmt.Println("FAILED gorm.open\n   ", err)
		os.Exit(1)
	}
	passed, failed := 0, 0
	for _, step := range []struct {
		name string
		run  func(*gorm.DB) error
	}{
		{"migrate", migrate}, {"migrate_again", migrateAgain}, {"inspect", inspect}, {"add_column", addColumn},
		{"create", create}, {"create_in_batches", createInBatches}, {"preload", preload}, {"joins", joins},
		{"aggregate", aggregate}, {"page", page}, {"update_in_transaction", updateInTransaction},
		{"roll_back", rollBack}, {"nested_transaction", nestedTransaction}, {"upsert", upsert},
		{"associations", associations}, {"violations", violations}, {"delete_softly", deleteSoftly}, {"drop", dropAll},
	} {
		if err := step.run(db); err != nil {
			failed++
			fmt.Printf("FAILED gorm.%s\n    %v\n", step.name, err)
		} else {
			passed++
			fmt.Println("passed gorm." + step.name)
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
