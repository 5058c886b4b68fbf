/* The yardstick of durable writes: a bare SQLite writer, as the journal's connection is set (WAL, synchronous=FULL), that
 * does nothing but insert rows of a size in commits of a size. Prints rows and commits a second.
 *
 *     bare_sqlite FOLDER ROWS ROWS_PER_COMMIT ROW_BYTES
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/time.h"

static void must(sqlite3 *db, int got, int wanted)
{
    if (got == wanted)
        return;
    fprintf(stderr, "bare_sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(sqlite3 *db, const char *sql)
{
    must(db, sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

int main(int count, char **words)
{
    if (count != 5) {
        fprintf(stderr, "bare_sqlite FOLDER ROWS ROWS_PER_COMMIT ROW_BYTES\n");
        return 2;
    }
    long rows = atol(words[2]), batch = atol(words[3]), size = atol(words[4]);
    if (rows < 1 || batch < 1 || size < 1 || size > 1 << 20) {
        fprintf(stderr, "bare_sqlite: three numbers above 0 are wanted\n");
        return 2;
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/bare.db", words[1]);
    sqlite3 *db;
    must(NULL, sqlite3_open(path, &db), SQLITE_OK);
    run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=0;"
            "CREATE TABLE row (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
    sqlite3_stmt *insert;
    must(db, sqlite3_prepare_v2(db, "INSERT INTO row VALUES (?, ?)", -1, &insert, NULL), SQLITE_OK);
    char *value = malloc((size_t)size);
    if (!value)
        return 1;
    memset(value, 'x', (size_t)size);

    uint64_t begin = time_monotonic_ns();
    long commits = 0;
    for (long done = 0; done < rows; commits++) {
        run(db, "BEGIN");
        for (long i = 0; i < batch && done < rows; i++, done++) {
            char key[80];
            int length = snprintf(key, sizeof key, "arn:aws:states:us-east-1:000000000000:execution:m:%016lx",
                                  (unsigned long)done * 2654435761ul);
            sqlite3_bind_text(insert, 1, key, length, SQLITE_TRANSIENT);
            sqlite3_bind_blob(insert, 2, value, (int)size, SQLITE_STATIC);
            must(db, sqlite3_step(insert), SQLITE_DONE);
            sqlite3_reset(insert);
        }
        run(db, "COMMIT");
    }
    double seconds = (double)(time_monotonic_ns() - begin) / 1e9;
    printf("%.0f rows/s %.0f commits/s\n", (double)rows / seconds, (double)commits / seconds);
    free(value);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return 0;
}
