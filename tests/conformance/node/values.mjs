// Tagged values of scenarios.json: to what the driver takes, and from what it gives to a text that can be compared.

/** Puts the row number into a template such as {"decimal": "{i}.25"}. */
function fill(value, index) {
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([tag, text]) =>
        [tag, typeof text === "string" ? text.replaceAll("{i}", String(index)) : text]));
}

/** The rows of a step: given one by one, or by a generator. */
export function expandRows(rows) {
    if (Array.isArray(rows)) return rows;
    return Array.from({length: rows.generate}, (_, index) => rows.columns.map(column => {
        if ("from" in column) return column.from + index * (column.step ?? 1);
        if ("cycle" in column) return fill(column.cycle[index % column.cycle.length], index);
        return fill(column, index);
    }));
}

export function kindOf(value) {
    if (value === null) return "null";
    if (typeof value === "number") return "integer";
    if (typeof value === "string") return "text";
    return Object.keys(value)[0];
}

function payload(value) {
    if (typeof value !== "object") return String(value);
    const text = value[kindOf(value)];
    return value.times ? text.repeat(value.times) : text;
}

/** What to hand to the driver for a parameter. */
export function toParameter(value) {
    const kind = kindOf(value);
    if (kind === "null") return null;
    const text = payload(value);
    switch (kind) {
        case "integer": {
            const number = Number(text);
            return Number.isSafeInteger(number) ? number : BigInt(text);
        }
        case "double":
        case "real": return Number(text);
        case "bytes": return Buffer.from(text, "hex");
        case "interval_ym": return text.startsWith("INTERVAL") ? text : `INTERVAL '${text}' YEAR(4) TO MONTH`;
        case "interval_ds": return text.startsWith("INTERVAL") ? text : `INTERVAL '${text}' DAY(4) TO SECOND(6)`;
        default: return text;
    }
}

function plainDecimal(text) {
    const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text.trim());
    if (!match) return `not a number: ${text}`;
    let digits = match[2] + match[3];
    let point = match[2].length + Number(match[4] ?? 0);
    if (point <= 0) { digits = "0".repeat(1 - point) + digits; point = 1; }
    if (point > digits.length) digits += "0".repeat(point - digits.length);
    const whole = digits.slice(0, point).replace(/^0+(?=\d)/, "");
    const fraction = digits.slice(point).replace(/0+$/, "");
    const number = fraction ? `${whole}.${fraction}` : whole;
    return match[1] === "-" && number !== "0" ? `-${number}` : number;
}

const trimFraction = text => text.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

/** A time stamp with zone as UTC, nanoseconds kept. */
function instant(text) {
    const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))? ?([+-])(\d\d):?(\d\d)$/.exec(text.trim());
    if (!match) return `not a time stamp with zone: ${text}`;
    const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
    const offset = (Number(match[9]) * 60 + Number(match[10])) * (match[8] === "-" ? -1 : 1);
    const utc = new Date(Date.UTC(year, month - 1, day, hour, minute - offset, second));
    return trimFraction(`${utc.toISOString().slice(0, 19).replace("T", " ")}.${match[7] ?? ""}`) + " UTC";
}

const field = "(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)";
const intervalForm = new RegExp(`^(?:INTERVAL\\s*)?(-?)\\s*'?\\s*(-?)([\\d :.-]+?)'?(?:\\s+${field}\\s*(?:\\([^)]*\\))?(?:\\s+TO\\s+${field}.*)?)?$`, "i");

/** Months or seconds. Without a qualifier in the text all fields of the kind are there. */
function interval(text, months) {
    const match = intervalForm.exec(text.trim());
    if (!match) return `not an interval: ${text}`;
    const fields = months ? ["YEAR", "MONTH"] : ["DAY", "HOUR", "MINUTE", "SECOND"];
    const sizes = months ? [12, 1] : [86400, 3600, 60, 1];
    const first = match[4] ? fields.indexOf(match[4].toUpperCase()) : 0;
    const last = match[5] ? fields.indexOf(match[5].toUpperCase()) : match[4] ? first : fields.length - 1;
    const [whole, fraction = ""] = match[3].split(".");
    const parts = whole.split(/[ :-]/);
    if (parts.length !== last - first + 1) return `not the fields of its qualifier: ${text}`;
    const sum = parts.reduce((total, part, index) => total + Number(part) * sizes[first + index], 0);
    return ((match[1] || match[2]) ? "-" : "") + trimFraction(`${sum}.${fraction}`) + (months ? " months" : " s");
}

/** An OUT parameter of a date or time stamp comes as a Date. */
function dateText(kind, value) {
    const two = number => String(number).padStart(2, "0");
    const date = `${value.getFullYear()}-${two(value.getMonth() + 1)}-${two(value.getDate())}`;
    const time = `${two(value.getHours())}:${two(value.getMinutes())}:${two(value.getSeconds())}`;
    return kind === "date" ? date : `${date} ${time}.${String(value.getMilliseconds()).padStart(3, "0")}`;
}

/** The text under which a value of a kind is compared. The kind is that of the expected value. */
export function canonical(kind, value) {
    if (value === null || value === undefined) return "NULL";
    if (Buffer.isBuffer(value)) return kind === "bytes" ? value.toString("hex") : `bytes ${value.toString("hex")}`;
    if (value instanceof Date) value = dateText(kind, value);
    const text = typeof value === "boolean" ? String(Number(value)) : String(value);
    switch (kind) {
        case "integer":
        case "decimal": return plainDecimal(text);
        case "double": return String(Number(text));
        case "real": return String(Math.fround(Number(text)));
        case "time":
        case "timestamp": return trimFraction(text.includes(".") ? text : `${text}.`);
        case "timestamptz": return instant(text);
        case "interval_ym": return interval(text, true);
        case "interval_ds": return interval(text, false);
        case "bytes": return text.toLowerCase();
        default: return text;
    }
}

export function canonicalExpected(value) {
    return value === null ? "NULL" : canonical(kindOf(value), payload(value));
}

/** For messages: long values by their beginning and length. */
export function shorten(text) {
    return text.length > 120 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;
}
