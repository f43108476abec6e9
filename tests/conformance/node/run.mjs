// Runs the scenarios of ../scenarios.json through the vendor's npm driver, unmodified and with its defaults.
// Environment: DMKIT_HOST, DMKIT_PORT, DMKIT_DRIVER (folder that holds node_modules), DMKIT_SCENARIOS (file with the
// scenarios to run, all of them).
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";
import {canonical, canonicalExpected, expandRows, kindOf, shorten, toParameter} from "./values.mjs";

const environment = process.env;
const here = dirname(fileURLToPath(import.meta.url));
const driver = createRequire(join(environment.DMKIT_DRIVER ?? here, "package.json"))("dmdb");

// Numbers and dates as text: a JavaScript number holds neither 38 digits nor nanoseconds. LOBs as values.
driver.fetchAsString = [driver.NUMBER, driver.DATE, driver.CLOB];
driver.fetchAsBuffer = [driver.BLOB];

// What a step may hold; the runner takes out what this driver cannot say (runner/drivers.py).
const fields = new Set(["on", "sql", "params", "query", "rows", "columns", "types", "affected", "error", "prepare", "run", "run_params", "close",
    "begin", "isolation", "commit", "rollback", "batch", "params_rows", "connect", "user", "password", "disconnect",
    "continue_on_error", "failed", "call", "block", "returns", "out", "results"]);

class Mismatch extends Error {}

function check(what, expected, actual) {
    if (expected !== actual) throw new Mismatch(`${what}: expected ${shorten(String(expected))}, got ${shorten(String(actual))}`);
}

function open(step) {
    return driver.getConnection({
        connectString: `${environment.DMKIT_HOST ?? "127.0.0.1"}:${environment.DMKIT_PORT ?? "5236"}`,
        user: step.user ?? "SYSDBA",
        password: step.password ?? "SYSDBA",
    });
}

/** The driver gives the server's code at the head of its message only: [-2106] text. */
function codeOf(error) {
    const match = /\[(-?\d+)\]/.exec(error.message ?? "");
    return match ? Number(match[1]) : undefined;
}

function checkError(expected, error) {
    if (error instanceof Mismatch) throw error;
    check("error code", expected.code, codeOf(error) ?? `none in: ${error.message}`);
    const texts = [expected.zh, expected.en].filter(Boolean);
    if (texts.length && !texts.some(text => error.message.includes(text)))
        throw new Mismatch(`error text: expected one of ${JSON.stringify(texts)}, got ${error.message}`);
}

function checkRows(step, result) {
    const metadata = result.metaData ?? [];
    if (step.columns) check("columns", step.columns.join(", "), metadata.map(column => column.name).join(", "));
    if (step.types) check("types", step.types.join(", "), metadata.map(column => column.dbTypeName).join(", "));
    const actual = result.rows ?? [];
    if (step.rows.count !== undefined) return check("number of rows", step.rows.count, actual.length);
    const expected = expandRows(step.rows);
    check("number of rows", expected.length, actual.length);
    expected.forEach((row, r) => {
        check(`row ${r}, number of columns`, row.length, actual[r].length);
        row.forEach((value, c) => {
            const want = canonicalExpected(value);
            const got = canonical(kindOf(value), actual[r][c]);
            if (want !== got) throw new Mismatch(`row ${r}, column ${c}: expected ${shorten(want)}, got ${shorten(got)}`);
        });
    });
}

class Session {
    connections = new Map();
    inTransaction = new Set();
    prepared = new Map();
    continuing = new Set(); // connections whose batches go on after a row that failed

    connection(step) { return this.connections.get(step.on ?? "a"); }

    async execute(step, sql) {
        const options = {autoCommit: !this.inTransaction.has(step.on ?? "a"), extendedMetaData: true};
        const result = await this.connection(step).execute(sql, (step.params ?? []).map(toParameter), options);
        if (step.rows !== undefined) checkRows(step, result);
        if (step.affected !== undefined) check("affected rows", step.affected, result.rowsAffected);
    }

    async batch(step) {
        const rows = expandRows(step.params_rows).map(row => row.map(toParameter));
        const options = {autoCommit: !this.inTransaction.has(step.on ?? "a"), batchErrors: this.continuing.has(step.on ?? "a")};
        const result = await this.connection(step).executeMany(step.batch, rows, options);
        if (step.affected !== undefined) check("affected rows", step.affected, result.rowsAffected);
        const failed = (step.failed ?? []).map(({row, code}) => `row[${row}]:${code},`);
        const actual = (result.batchErrors ?? []).map(text => text.split(" ")[0]); // "row[2]:-6602, text"
        check("rows that failed", failed.join(" "), actual.join(" "));
    }

    async call(step) {
        const given = step.params ?? [];
        const bound = given.map(one => one === null || one.out === undefined ? toParameter(one)
            : one.in === undefined ? {dir: driver.BIND_OUT} : {dir: driver.BIND_INOUT, val: toParameter(one.in)});
        if (step.returns) bound.unshift({dir: driver.BIND_OUT});
        const sql = step.block ?? `${step.returns ? "? = " : ""}CALL ${step.call}(${given.map(() => "?").join(", ")})`;
        const options = {autoCommit: !this.inTransaction.has(step.on ?? "a"), extendedMetaData: true};
        const result = await this.connection(step).execute(sql, bound, options);
        const results = result.implicitResults ? result.implicitResults.map((rows, i) => ({rows, metaData: result.metaData[i]}))
            : result.rows ? [result] : [];
        check("number of results", (step.results ?? []).length, results.length);
        results.forEach((one, i) => checkRows(step.results[i], one));
        const out = result.outBinds ?? [];
        check("number of OUT parameters", (step.out ?? []).length, out.length);
        for (let [i, value] of out.entries()) {
            const expected = step.out[i];
            if (expected?.rows) { // the driver reads a cursor into plain rows
                checkRows({rows: expected.rows}, {rows: value});
                continue;
            }
            if (value?.getData) value = await value.getData();
            check(`OUT parameter ${i}`, canonicalExpected(expected), canonical(kindOf(expected), value));
        }
    }

    async begin(step) {
        this.inTransaction.add(step.on ?? "a");
        if (step.isolation) // the driver has no call for it
            await this.execute({on: step.on}, `SET TRANSACTION ISOLATION LEVEL ${step.isolation.replace("_", " ")}`);
    }

    async run(step) {
        if (step.connect) {
            if (step.continue_on_error) this.continuing.add(step.connect);
            return this.connections.set(step.connect, await open(step));
        }
        if (step.disconnect) {
            const connection = this.connections.get(step.disconnect);
            this.connections.delete(step.disconnect);
            this.inTransaction.delete(step.disconnect);
            return connection.close();
        }
        if (step.begin) return this.begin(step);
        if (step.commit || step.rollback) {
            this.inTransaction.delete(step.on ?? "a");
            return step.commit ? this.connection(step).commit() : this.connection(step).rollback();
        }
        if (step.batch) return this.batch(step);
        if (step.call || step.block) return this.call(step);
        if (step.prepare) { // the driver prepares inside execute(): a statement is its text
            this.prepared.set(step.prepare, step.sql);
            return step.run_params ? this.execute({...step, params: step.run_params}, step.sql) : undefined;
        }
        if (step.run) return this.execute(step, this.prepared.get(step.run));
        if (step.close) return this.prepared.delete(step.close);
        return this.execute(step, step.sql);
    }

    async step(step) {
        const unknown = Object.keys(step).filter(field => !fields.has(field));
        if (unknown.length) throw new Mismatch(`this harness does not know ${unknown.join(", ")}`);
        if (!step.error) return this.run(step);
        try {
            await this.run(step);
        } catch (error) {
            return checkError(step.error, error);
        }
        throw new Mismatch(`expected error ${step.error.code}, got success`);
    }

    async close() {
        for (const connection of this.connections.values()) await connection.close().catch(() => {});
    }
}

async function runScenario(scenario) {
    const session = new Session();
    let number = 0;
    try {
        await session.run({connect: "a"});
        for (const step of scenario.steps) {
            ++number;
            await session.step(step);
        }
        return undefined;
    } catch (error) {
        const step = number ? shorten(JSON.stringify(scenario.steps[number - 1])) : "login";
        return `step ${number}: ${step}\n    ${error.message ?? error}`;
    } finally {
        await session.close();
    }
}

const file = environment.DMKIT_SCENARIOS ?? join(here, "..", "scenarios.json");
let passed = 0;
let failed = 0;
for (const scenario of JSON.parse(readFileSync(file, "utf8")).scenarios) {
    const failure = await runScenario(scenario);
    if (failure) {
        ++failed;
        console.log(`FAILED ${scenario.name}\n    ${failure}`);
    } else {
        ++passed;
        console.log(`passed ${scenario.name}`);
    }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
