// Logs in with the attributes of its argument (JSON), sends a text and takes it back.
import { createRequire } from "node:module";

const driver = createRequire(process.env.DMKIT_DRIVER + "/")("dmdb");
try {
    const connection = await driver.getConnection(JSON.parse(process.argv[2]));
    const { rows } = await connection.execute("select 7, cast(? as varchar(100)) from dual", ["达梦"]);
    console.log("got", rows[0][0], rows[0][1]);
    await connection.close();
} catch (error) {
    console.log(error.message);
    process.exit(1);
}
