"""Logs in with the keyword arguments of its argument (JSON), sends a text and takes it back."""
import json
import sys

import dmPython

connection = dmPython.connect(**json.loads(sys.argv[1]))
cursor = connection.cursor()
cursor.execute("select 7, cast(? as varchar(100)) from dual", "达梦")
print("got", *cursor.fetchone())
connection.close()
