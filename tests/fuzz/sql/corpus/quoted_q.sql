SELECT q'[it's]', q'!a!' FROM dual
