import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.persistence.CascadeType;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.GeneratedValue;
import javax.persistence.GenerationType;
import javax.persistence.Id;
import javax.persistence.JoinTable;
import javax.persistence.Lob;
import javax.persistence.ManyToMany;
import javax.persistence.ManyToOne;
import javax.persistence.OneToMany;
import javax.persistence.PersistenceException;
import javax.persistence.SequenceGenerator;
import javax.persistence.Table;
import javax.persistence.Version;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/**
 * A Hibernate program with DM's dialect and driver, all unmodified: it creates its schema, writes, reads with relations,
 * updates in transactions and deletes. Environment: DMKIT_HOST, DMKIT_PORT.
 */
public final class Program {
    @Entity
    @Table(name = "HB_COMPANY")
    public static class Company {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;
        @Column(length = 100, nullable = false, unique = true)
        String name;
        LocalDate founded;
        @Version
        int version;
        @OneToMany(mappedBy = "company", cascade = CascadeType.ALL, orphanRemoval = true)
        List<Employee> employees = new ArrayList<>();

        Company() {}

        Company(String name) { this.name = name; }
    }

    @Entity
    @Table(name = "HB_EMPLOYEE")
    public static class Employee {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "employees")
        @SequenceGenerator(name = "employees", sequenceName = "HB_EMPLOYEE_SEQ", allocationSize = 10)
        Long id;
        @Column(length = 60, nullable = false)
        String name;
        @Column(precision = 12, scale = 2)
        BigDecimal salary;
        boolean active;
        LocalDateTime hired;
        @Lob
        String notes;
        @Lob
        byte[] photo;
        @ManyToOne
        Company company;
        @ManyToMany(cascade = CascadeType.PERSIST)
        @JoinTable(name = "HB_EMPLOYEE_SKILL")
        Set<Skill> skills = new HashSet<>();

        Employee() {}

        Employee(String name, Company company) {
            this.name = name;
            this.company = company;
            if (company != null) company.employees.add(this);
        }
    }

    @Entity
    @Table(name = "HB_SKILL")
    public static class Skill {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;
        @Column(length = 40)
        String name;

        Skill() {}

        Skill(String name) { this.name = name; }
    }

    private static SessionFactory factory;
    private static int passed;
    private static int failed;

    private static void expect(String what, Object wanted, Object found) {
        if (!String.valueOf(wanted).equals(String.valueOf(found)))
            throw new AssertionError(what + ": expected " + wanted + ", got " + found);
    }

    private static void step(String name, Runnable run) {
        try {
            run.run();
            ++passed;
            System.out.println("passed hibernate." + name);
        } catch (Throwable error) { // whatever is raised is a finding
            ++failed;
            Throwable cause = error;
            while (cause.getCause() != null) cause = cause.getCause();
            System.out.println("FAILED hibernate." + name + "\n    " + error + "\n    " + cause);
        }
    }

    private static void inTransaction(Consumer<Session> work) {
        try (Session session = factory.openSession()) {
            session.beginTransaction();
            try {
                work.accept(session);
                session.getTransaction().commit();
            } catch (RuntimeException | Error error) {
                session.getTransaction().rollback();
                throw error;
            }
        }
    }

    private static long count(Session session, String entity) {
        return session.createQuery("select count(e) from " + entity + " e", Long.class).getSingleResult();
    }

    private static String entity(Class<?> type) { return type.getName(); }

    private static void createSchema() {
        Configuration configuration = new Configuration();
        configuration.setProperty("hibernate.connection.driver_class", "dm.jdbc.driver.DmDriver");
        configuration.setProperty("hibernate.connection.url", "jdbc:dm://" + System.getenv("DMKIT_HOST") + ":" + System.getenv("DMKIT_PORT"));
        configuration.setProperty("hibernate.connection.username", "SYSDBA");
        configuration.setProperty("hibernate.connection.password", "SYSDBA");
        configuration.setProperty("hibernate.dialect", "org.hibernate.dialect.DmDialect");
        configuration.setProperty("hibernate.hbm2ddl.auto", "create-drop");
        configuration.setProperty("hibernate.jdbc.batch_size", "20");
        for (Class<?> type : new Class<?>[] {Company.class, Employee.class, Skill.class}) configuration.addAnnotatedClass(type);
        factory = configuration.buildSessionFactory();
    }

    private static void insert() {
        inTransaction(session -> {
            Company company = new Company("达梦");
            company.founded = LocalDate.of(2000, 11, 13);
            Employee one = new Employee("张三", company);
            one.salary = new BigDecimal("1234.56");
            one.active = true;
            one.hired = LocalDateTime.of(2020, 2, 29, 8, 30, 15);
            one.notes = "第一位";
            one.photo = new byte[] {0, -1, 1};
            one.skills.add(new Skill("SQL"));
            one.skills.add(new Skill("Java"));
            new Employee("李四", company);
            session.persist(company);
            session.persist(new Employee("王五", null));
        });
        inTransaction(session -> {
            expect("companies", 1, count(session, entity(Company.class)));
            expect("employees", 3, count(session, entity(Employee.class)));
            expect("skills", 2, count(session, entity(Skill.class)));
        });
    }

    private static void insertMany() {
        inTransaction(session -> {
            for (int i = 0; i < 100; ++i) session.persist(new Employee("many " + i, null));
        });
        inTransaction(session -> expect("employees", 103, count(session, entity(Employee.class))));
    }

    private static void readWithRelations() {
        inTransaction(session -> {
            Company company = session.createQuery("from " + entity(Company.class) + " where name = :name", Company.class)
                    .setParameter("name", "达梦").getSingleResult();
            expect("founded", "2000-11-13", company.founded);
            expect("employees", 2, company.employees.size());
            Employee one = company.employees.stream().filter(each -> each.name.equals("张三")).findFirst().orElseThrow();
            expect("salary", "1234.56", one.salary);
            expect("active", true, one.active);
            expect("hired", "2020-02-29T08:30:15", one.hired);
            expect("notes", "第一位", one.notes);
            expect("photo", "[0, -1, 1]", java.util.Arrays.toString(one.photo));
            expect("skills", 2, one.skills.size());
        });
    }

    private static void readJoined() {
        inTransaction(session -> {
            List<Employee> employees = session.createQuery("select distinct e from " + entity(Employee.class)
                    + " e left join fetch e.company left join fetch e.skills where e.name not like 'many%' order by e.id", Employee.class)
                    .setHint("hibernate.query.passDistinctThrough", false).getResultList(); // DM refuses DISTINCT of a CLOB
            expect("employees", 3, employees.size());
            expect("company", "达梦", employees.get(0).company.name);
            expect("no company", null, employees.get(2).company);
            Object[] sums = (Object[]) session.createQuery("select e.company.name, sum(e.salary), count(e) from "
                    + entity(Employee.class) + " e group by e.company.name").getSingleResult();
            expect("sum", "1234.56", sums[1]);
            expect("heads", 2, sums[2]);
        });
    }

    private static void readPages() {
        inTransaction(session -> {
            List<String> names = session.createQuery("select e.name from " + entity(Employee.class)
                    + " e where e.name like 'many%' order by e.id", String.class).setFirstResult(10).setMaxResults(3).getResultList();
            expect("names", "[many 10, many 11, many 12]", names);
        });
    }

    private static void updateInTransaction() {
        inTransaction(session -> {
            Company company = session.createQuery("from " + entity(Company.class), Company.class).getSingleResult();
            company.name = "达梦数据库";
            company.employees.get(1).salary = new BigDecimal("200.00");
        });
        inTransaction(session -> {
            Company company = session.createQuery("from " + entity(Company.class), Company.class).getSingleResult();
            expect("name", "达梦数据库", company.name);
            expect("version", 1, company.version);
            expect("rows", 100, session.createQuery("update " + entity(Employee.class) + " set active = true where name like 'many%'").executeUpdate());
        });
    }

    private static void rollBack() {
        try {
            inTransaction(session -> {
                session.persist(new Company("never"));
                session.createQuery("delete from " + entity(Employee.class) + " where name like 'many%'").executeUpdate();
                session.flush();
                throw new IllegalStateException("wanted");
            });
            throw new AssertionError("no exception");
        } catch (IllegalStateException wanted) {
            inTransaction(session -> {
                expect("companies", 1, count(session, entity(Company.class)));
                expect("employees", 103, count(session, entity(Employee.class)));
            });
        }
    }

    private static void violate() {
        try {
            inTransaction(session -> session.persist(new Company("达梦数据库")));
        } catch (PersistenceException error) {
            Throwable cause = error;
            while (cause.getCause() != null) cause = cause.getCause();
            expect("code", -6602, ((java.sql.SQLException) cause).getErrorCode());
            return;
        }
        throw new AssertionError("a second company of the same name");
    }

    private static void delete() {
        inTransaction(session -> {
            Company company = session.createQuery("from " + entity(Company.class), Company.class).getSingleResult();
            session.delete(company); // and its employees, and their skills' join rows
        });
        inTransaction(session -> {
            expect("companies", 0, count(session, entity(Company.class)));
            expect("employees", 101, count(session, entity(Employee.class)));
            expect("skills", 2, count(session, entity(Skill.class)));
        });
    }

    private static void dropSchema() { factory.close(); }

    public static void main(String[] arguments) {
        java.util.logging.LogManager.getLogManager().reset();
        step("create_schema", Program::createSchema);
        if (factory != null) {
            step("insert", Program::insert);
            step("insert_many", Program::insertMany);
            step("read_with_relations", Program::readWithRelations);
            step("read_joined", Program::readJoined);
            step("read_pages", Program::readPages);
            step("update_in_transaction", Program::updateInTransaction);
            step("roll_back", Program::rollBack);
            step("violate", Program::violate);
            step("delete", Program::delete);
            step("drop_schema", Program::dropSchema);
        }
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }
}
