"""A SQLAlchemy program with DM's dialect (dmSQLAlchemy) and dmPython, all unmodified: it creates its schema, writes, reads
with relations, updates in transactions and deletes. Environment: DMKIT_HOST, DMKIT_PORT.

Each object is flushed by itself and brings its key: for several rows of a table at once, and for keys that the server makes,
the dialect asks for ROWIDs (INSERT … RETURNING t.ROWID INTO ?), which the mock server does not have."""

import datetime
import decimal
import os
import sys

from sqlalchemy import (CLOB, DECIMAL, BLOB, Column, Date, DateTime, ForeignKey, Integer, String, Table, create_engine,
                        func, inspect, select, text, update)
from sqlalchemy.exc import IntegrityError, DatabaseError
from sqlalchemy.orm import Session, declarative_base, joinedload, relationship, selectinload

Base = declarative_base()

employee_skills = Table("sa_employee_skills", Base.metadata,
                        Column("employee_id", ForeignKey("sa_employees.id"), primary_key=True),
                        Column("skill_id", ForeignKey("sa_skills.id"), primary_key=True))


class Company(Base):
    __tablename__ = "sa_companies"
    id = Column(Integer, primary_key=True, autoincrement=False)
    name = Column(String(100), nullable=False, unique=True)
    founded = Column(Date)
    employees = relationship("Employee", back_populates="company", order_by="Employee.id")


class Employee(Base):
    __tablename__ = "sa_employees"
    id = Column(Integer, primary_key=True, autoincrement=False)
    name = Column(String(60), nullable=False, index=True)
    salary = Column(DECIMAL(12, 2), default=0)
    hired = Column(DateTime)
    notes = Column(CLOB)
    photo = Column(BLOB)
    company_id = Column(Integer, ForeignKey("sa_companies.id"))
    company = relationship("Company", back_populates="employees")
    skills = relationship("Skill", secondary=employee_skills, order_by="Skill.id")


class Skill(Base):
    __tablename__ = "sa_skills"
    id = Column(Integer, primary_key=True, autoincrement=False)
    name = Column(String(40), unique=True)


def expect(what, wanted, found):
    if wanted != found:
        raise AssertionError(f"{what}: expected {wanted!r}, got {found!r}")


def create_schema(engine):
    Base.metadata.create_all(engine)
    Base.metadata.create_all(engine)  # finds everything there


def look_at_schema(engine):
    seen = inspect(engine)
    for table in ("sa_companies", "sa_employees", "sa_skills", "sa_employee_skills"):
        expect(table, True, seen.has_table(table))
    expect("an unknown table", False, seen.has_table("sa_nowhere"))


def insert(engine):
    with Session(engine) as session:
        company = Company(id=1, name="达梦", founded=datetime.date(2000, 11, 13))
        one = Employee(id=1, name="张三", salary=decimal.Decimal("1234.56"), hired=datetime.datetime(2020, 2, 29, 8, 30, 15),
                       notes="第一位", photo=b"\x00\xff\x01", company_id=1)
        for each in (company, one, Employee(id=2, name="李四", salary=decimal.Decimal("99.50"), company_id=1), Employee(id=3, name="王五")):
            session.add(each)
            session.flush()
        for skill in (Skill(id=1, name="SQL"), Skill(id=2, name="Python")):
            one.skills.append(skill)
            session.flush()
        session.commit()


def insert_many(engine):
    with Session(engine) as session:
        for number in range(30):
            session.add(Skill(id=100 + number, name=f"skill {number}"))
            session.flush()
        session.commit()
        expect("skills", 30, session.scalar(select(func.count()).select_from(Skill).where(Skill.name.like("skill %"))))


def read_with_relations(engine):
    with Session(engine) as session:
        company = session.scalars(select(Company).options(selectinload(Company.employees).selectinload(Employee.skills))
                                  .where(Company.name == "达梦")).one()
        expect("founded", datetime.date(2000, 11, 13), company.founded)
        one = company.employees[0]
        expect("name", "张三", one.name)
        expect("salary", decimal.Decimal("1234.56"), one.salary)
        expect("hired", datetime.datetime(2020, 2, 29, 8, 30, 15), one.hired)
        expect("notes", "第一位", one.notes)
        expect("photo", b"\x00\xff\x01", bytes(one.photo))
        expect("skills", ["SQL", "Python"], [skill.name for skill in one.skills])


def read_joined(engine):
    with Session(engine) as session:
        employees = session.scalars(select(Employee).options(joinedload(Employee.company)).order_by(Employee.id)).all()
        expect("companies", ["达梦", "达梦", None], [one.company and one.company.name for one in employees])
        rows = session.execute(select(Company.name, func.sum(Employee.salary)).join(Company.employees).group_by(Company.name)).all()
        expect("salaries", [("达梦", decimal.Decimal("1334.06"))], [tuple(row) for row in rows])


def read_pages(engine):
    with Session(engine) as session:
        page = session.scalars(select(Skill.id).where(Skill.id >= 100).order_by(Skill.id).limit(3).offset(10)).all()
        expect("page", [110, 111, 112], page)


def update_in_transaction(engine):
    with Session(engine) as session, session.begin():
        session.get(Employee, 2).salary = decimal.Decimal("200.00")
        session.execute(update(Company).where(Company.id == 1).values(name="达梦数据库"))
    with Session(engine) as session:
        expect("salary", decimal.Decimal("200.00"), session.get(Employee, 2).salary)
        expect("company", "达梦数据库", session.get(Company, 1).name)


def roll_back(engine):
    with Session(engine) as session:
        session.add(Company(id=2, name="never"))
        session.flush()
        session.execute(text("DELETE FROM sa_employee_skills"))
        session.rollback()
        expect("company", None, session.get(Company, 2))
        expect("skills", 2, len(session.get(Employee, 1).skills))


def nested_transaction(engine):
    with Session(engine) as session:
        session.add(Company(id=3, name="outer"))
        session.flush()
        inner = session.begin_nested()
        session.add(Company(id=4, name="inner"))
        session.flush()
        inner.rollback()
        session.commit()
        expect("companies", [1, 3], session.scalars(select(Company.id).order_by(Company.id)).all())


def violate(engine):
    with Session(engine) as session:
        session.add(Company(id=9, name="outer"))
        try:
            session.commit()
        except (IntegrityError, DatabaseError) as error:
            expect("the code is named", True, "-6602" in str(error))
            return
    raise AssertionError("a second company of the same name")


def delete(engine):
    with Session(engine) as session:
        session.delete(session.get(Company, 3))
        one = session.get(Employee, 1)
        for skill in list(one.skills):
            one.skills.remove(skill)
            session.flush()
        session.delete(one)
        session.commit()
        expect("employees", [2, 3], session.scalars(select(Employee.id).order_by(Employee.id)).all())


def drop_schema(engine):
    Base.metadata.drop_all(engine)
    expect("a dropped table", False, inspect(engine).has_table("sa_companies"))


def main():
    engine = create_engine(f"dm+dmPython://SYSDBA:SYSDBA@{os.environ['DMKIT_HOST']}:{os.environ['DMKIT_PORT']}")
    passed = failed = 0
    for step in (create_schema, look_at_schema, insert, insert_many, read_with_relations, read_joined, read_pages,
                 update_in_transaction, roll_back, nested_transaction, violate, delete, drop_schema):
        try:
            step(engine)
            passed += 1
            print(f"passed sqlalchemy.{step.__name__}", flush=True)
        except Exception as error:  # whatever is raised is a finding
            failed += 1
            print(f"FAILED sqlalchemy.{step.__name__}\n    {type(error).__name__}: {str(error)[:600]}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
