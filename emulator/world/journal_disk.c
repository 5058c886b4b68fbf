#include "world/journal_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/checksum.h"
#include "base/log.h"

#define APPLICATION_ID 0x52485253 /* "RHRS" */
#define FORMAT         2
#define CHECKPOINT_LOG ((int64_t)32 << 20)
#define TRUNCATE_LOG   ((int64_t)64 << 20)
#define LOG_AHEAD      ((int64_t)256 << 10)
#define FRAME_HEAD     24 /* of a page in the log; https://www.sqlite.org/fileformat2.html#wal_file_format */

enum statement { BEGIN, COMMIT, ROLLBACK, PUT_ROW, DELETE_ROW, ADD_SHELF, SET_META, STATEMENTS };

static const char *const statement_texts[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [PUT_ROW] = "REPLACE INTO row(id, shelf, key, body, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
    [DELETE_ROW] = "DELETE FROM row WHERE id = ?1",
    [ADD_SHELF] = "INSERT INTO shelf(id, \"table\", account, region, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
    [SET_META] = ("UPDATE meta SET last_change = ?1, clock_ms = ?2, random_0 = ?3, random_1 = ?4, random_2 = ?5,"
                  " random_3 = ?6, records = ?7, checksum = ?8"),
};

static const char schema[] = "BEGIN IMMEDIATE;"
                             "CREATE TABLE meta(last_change INTEGER NOT NULL,"
                             " clock_ms INTEGER NOT NULL, random_0 INTEGER NOT NULL, random_1 INTEGER NOT NULL,"
                             " random_2 INTEGER NOT NULL, random_3 INTEGER NOT NULL, records INTEGER NOT NULL,"
                             " checksum INTEGER NOT NULL);"
                             "CREATE TABLE shelf(id INTEGER PRIMARY KEY, \"table\" TEXT NOT NULL,"
                             " account TEXT NOT NULL, region TEXT NOT NULL, checksum INTEGER NOT NULL);"
                             "CREATE TABLE row(id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL, key TEXT NOT NULL,"
                             " body TEXT NOT NULL, checksum INTEGER NOT NULL);"
                             "INSERT INTO meta VALUES (0, 0, 0, 0, 0, 0, 0, of_record(0, 0, 0, 0, 0, 0, 0));"
                             "PRAGMA application_id = 0x52485253;"
                             "PRAGMA user_version = 2;"
                             "COMMIT";

/* Format 1 had no checksums, and remembered whether it had been closed cleanly. */
static const char from_format_1[] =
    "BEGIN IMMEDIATE;"
    "ALTER TABLE meta DROP COLUMN clean;"
    "ALTER TABLE meta ADD COLUMN records INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE meta ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE shelf ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE row ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;"
    "UPDATE shelf SET checksum = of_record(id, \"table\", account, region);"
    "UPDATE row SET checksum = of_record(id, shelf, key, body);"
    "UPDATE meta SET records = (SELECT count(*) FROM row) + (SELECT count(*) FROM shelf);"
    "UPDATE meta SET checksum = of_record(last_change, clock_ms, random_0, random_1, random_2, random_3, records);"
    "PRAGMA user_version = 2;"
    "COMMIT";

static const char settings[] = "PRAGMA journal_mode = WAL;"
                               "PRAGMA wal_autocheckpoint = 0;"
                               "PRAGMA cache_size = -8192;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA temp_store = MEMORY";

#define MOST_KEPT_BYTES ((size_t)1 << 20)

struct disk {
    char *folder;
    int lock;
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS];
    int64_t page_bytes, log_pages; /* of the write-ahead log, as of the last commit */
    int64_t records;               /* rows and shelves that are there */
    struct journal_tally tally;
    struct buf body; /* the one that is being written */
    char error[256];
};

/* ---- saying why ---- */

__attribute__((format(printf, 2, 3))) static void say(char **reterr_why, const char *format, ...)
{
    struct buf line = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&line, format, args);
    va_end(args);
    *reterr_why = buf_take(&line);
}

static bool note_error(struct disk *disk)
{
    snprintf(disk->error, sizeof disk->error, "%s", sqlite3_errmsg(disk->db));
    return false;
}

void disk_note_error(struct disk *disk, const char *what, int error_number)
{
    snprintf(disk->error, sizeof disk->error, "%s: %s", what, strerror(error_number));
}

const char *disk_error(const struct disk *disk)
{
    return disk->error;
}

static bool say_damaged(const struct disk *disk, char **reterr_why, const char *what)
{
    say(reterr_why, "the data folder %s is damaged: %s; start with --fresh, with another folder or with a copy of it",
        disk->folder, what);
    return false;
}

/* ---- checksums ---- */

/* A record's checksum is that of its members in their order: eight bytes of a number; the length and the bytes of a text. */
static uint32_t add_text(uint32_t sum, struct str text)
{
    return checksum_add(checksum_add_number(sum, text.length), text);
}

static uint32_t row_sum(uint64_t row, int64_t shelf, struct str key, struct str body)
{
    uint32_t sum = checksum_add_number(checksum_add_number(0, row), (uint64_t)shelf);
    return add_text(add_text(sum, key), body);
}

static uint32_t shelf_sum(const struct new_shelf *shelf)
{
    uint32_t sum = checksum_add_number(0, (uint64_t)shelf->id);
    return add_text(add_text(add_text(sum, str_of(shelf->table)), str_of(shelf->account)), str_of(shelf->region));
}

static uint32_t meta_sum(const struct moment_on_disk *moment, int64_t records)
{
    uint32_t sum = checksum_add_number(checksum_add_number(0, moment->last_change), (uint64_t)moment->clock_ms);
    for (int i = 0; i < 4; i++)
        sum = checksum_add_number(sum, moment->random.state[i]);
    return checksum_add_number(sum, (uint64_t)records);
}

static uint32_t add_value(uint32_t sum, sqlite3_value *value)
{
    if (sqlite3_value_type(value) == SQLITE_INTEGER)
        return checksum_add_number(sum, (uint64_t)sqlite3_value_int64(value));
    const char *text = (const char *)sqlite3_value_text(value);
    return add_text(sum, (struct str){ text ? text : "", (size_t)sqlite3_value_bytes(value) });
}

/* of_record(members…) in SQL: the checksum of a record. */
static void of_record(sqlite3_context *context, int count, sqlite3_value **values)
{
    uint32_t sum = 0;
    for (int i = 0; i < count; i++)
        sum = add_value(sum, values[i]);
    sqlite3_result_int64(context, sum);
}

/* ---- the folder and its lock ---- */

static bool make_one_folder(const char *path, char **reterr_why)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST || errno == EISDIR)
        return true;
    say(reterr_why, "the data folder %s cannot be made: %s", path, strerror(errno));
    return false;
}

static bool make_folder(const char *folder, char **reterr_why)
{
    char *path = memory_copy(str_of(folder));
    bool made = true;
    for (char *slash = strchr(path + 1, '/'); made && slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = make_one_folder(path, reterr_why);
        *slash = '/';
    }
    made = made && make_one_folder(path, reterr_why);
    free(path);
    return made;
}

static char *path_in(const char *folder, const char *name)
{
    struct buf path = BUF_EMPTY;
    buf_printf(&path, "%s/%s", folder, name);
    return buf_take(&path);
}

static void say_locked(int lock, const char *folder, char **reterr_why)
{
    char pid[32] = "";
    ssize_t length = pread(lock, pid, sizeof pid - 1, 0);
    pid[length > 0 ? length : 0] = '\0';
    pid[strspn(pid, "0123456789")] = '\0';
    if (pid[0])
        say(reterr_why, "the data folder %s is in use by another rehearse (process %s)", folder, pid);
    else
        say(reterr_why, "the data folder %s is in use by another rehearse", folder);
}

/* The lock's descriptor, -1: *reterr_why. */
static int take_lock(const char *folder, char **reterr_why)
{
    char *path = path_in(folder, "lock");
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    if (lock < 0) {
        say(reterr_why, "the data folder %s cannot be used: %s", folder, strerror(errno));
        return -1;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        say_locked(lock, folder, reterr_why);
        close(lock);
        return -1;
    }
    char pid[32];
    int length = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    /* Only for the line above, on another's screen. */
    if (ftruncate(lock, 0) != 0 || pwrite(lock, pid, (size_t)length, 0) != length)
        log_warn("the lock of the data folder %s does not say whose it is: %s", folder, strerror(errno));
    return lock;
}

/* ---- opening ---- */

static bool run(struct disk *disk, const char *sql)
{
    return sqlite3_exec(disk->db, sql, NULL, NULL, NULL) == SQLITE_OK || note_error(disk);
}

static int64_t ask_number(struct disk *disk, const char *sql, int64_t otherwise)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = otherwise;
    if (sqlite3_prepare_v2(disk->db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static bool answers_ok(struct disk *disk, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(disk->db, sql, -1, &statement, NULL) == SQLITE_OK &&
              sqlite3_step(statement) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    return ok;
}

static bool say_foreign(const char *folder, char **reterr_why)
{
    say(reterr_why, "the data folder %s holds a world.db that is not ours", folder);
    return false;
}

/* Checksums are for the records; quick_check sees what is wrong with the pages that they stand in, free space and all, before
 * a write does. */
static bool check_contents(struct disk *disk, char **reterr_why)
{
    int64_t application = ask_number(disk, "PRAGMA application_id", -1);
    int64_t format = ask_number(disk, "PRAGMA user_version", -1);
    if (application != APPLICATION_ID)
        return say_foreign(disk->folder, reterr_why);
    if (format > FORMAT) {
        say(reterr_why, "the data folder %s was written by a newer rehearse", disk->folder);
        return false;
    }
    if (sqlite3_db_readonly(disk->db, "main") == 1)
        return say_damaged(disk, reterr_why, "its database cannot be written");
    if (!answers_ok(disk, "PRAGMA quick_check(1)"))
        return say_damaged(disk, reterr_why, "its database is not sound");
    return format == FORMAT || run(disk, from_format_1) || say_damaged(disk, reterr_why, disk->error);
}

static int note_log_pages(void *data, sqlite3 *db, const char *name, int pages)
{
    ((struct disk *)data)->log_pages = pages;
    return SQLITE_OK;
}

/* An empty database, synced once instead of at every step: nothing of it is worth more than its being there. The database
 * file must be on the disk before a commit is, for SQLite drops the log of one that is empty. */
static bool make_database(struct disk *disk)
{
    sqlite3_file *file = NULL;
    if (!run(disk, "PRAGMA synchronous = OFF") || !run(disk, settings) || !run(disk, schema))
        return false;
    if (sqlite3_file_control(disk->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
        file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) == SQLITE_OK)
        return true;
    snprintf(disk->error, sizeof disk->error, "the new database cannot be synced");
    return false;
}

/* A whole database that says that it is another program's. */
static bool is_foreign(const char *path)
{
    static const char magic[] = "SQLite format 3";
    enum { APPLICATION_AT = 68 };
    unsigned char head[APPLICATION_AT + 4] = { 0 };
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool is_database = file >= 0 && pread(file, head, sizeof head, 0) == (ssize_t)sizeof head &&
                       memcmp(head, magic, sizeof magic) == 0;
    if (file >= 0)
        close(file);
    uint32_t application = 0;
    for (int i = 0; i < 4; i++)
        application = application << 8 | head[APPLICATION_AT + i];
    return is_database && application != 0 && application != APPLICATION_ID;
}

/* What was kept goes: the database before its log, for SQLite drops the log of one that is empty. */
static bool forget_files(const char *folder, char **reterr_why)
{
    static const char *const names[] = { "world.db", "world.db-wal", "world.db-journal" };
    bool gone = true;
    for (size_t i = 0; gone && i < sizeof names / sizeof *names; i++) {
        char *path = path_in(folder, names[i]);
        bool foreign = i == 0 && is_foreign(path);
        gone = !foreign && (unlink(path) == 0 || errno == ENOENT);
        if (foreign)
            say_foreign(folder, reterr_why);
        else if (!gone)
            say(reterr_why, "%s cannot be removed: %s", path, strerror(errno));
        free(path);
    }
    return gone;
}

/* Says whether it was there; SQLite gives its other files the mode of this one. */
static bool make_file(const char *path)
{
    struct stat status = { 0 };
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool had_contents = file >= 0 && fstat(file, &status) == 0 && status.st_size > 0;
    if (file >= 0)
        close(file);
    return had_contents;
}

static bool open_database(struct disk *disk)
{
    char *path = path_in(disk->folder, "world.db");
    bool had_contents = make_file(path);
    int code = sqlite3_open_v2(path, &disk->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    free(path);
    if (code != SQLITE_OK)
        return note_error(disk);
    sqlite3_extended_result_codes(disk->db, 1);
    sqlite3_busy_timeout(disk->db, 5000);
    /* Our flock keeps others out, so SQLite needs neither shared memory nor locks of its own; said before it looks in. */
    if (!run(disk, "PRAGMA locking_mode = EXCLUSIVE") ||
        sqlite3_create_function(disk->db, "of_record", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, of_record, NULL,
                                NULL) != SQLITE_OK)
        return false;
    /* One whose making was cut short has a first page, nothing else and no tables. */
    bool is_new = !had_contents || (ask_number(disk, "PRAGMA page_count", -1) <= 1 &&
                                    ask_number(disk, "SELECT count(*) FROM sqlite_schema", -1) == 0);
    return (is_new ? make_database(disk) : run(disk, settings)) && run(disk, "PRAGMA synchronous = FULL");
}

static bool prepare(struct disk *disk)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(disk->db, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &disk->statements[i],
                               NULL) != SQLITE_OK)
            return note_error(disk);
    disk->page_bytes = ask_number(disk, "PRAGMA page_size", 4096);
    sqlite3_wal_hook(disk->db, note_log_pages, disk);
    return true;
}

static void release(struct disk *disk)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(disk->statements[i]);
    if (disk->db && sqlite3_close(disk->db) != SQLITE_OK)
        log_error("the database in %s does not close: %s", disk->folder, sqlite3_errmsg(disk->db));
    if (disk->lock >= 0)
        close(disk->lock);
    buf_release(&disk->body);
    free(disk->folder);
    free(disk);
}

static bool cannot_open(const struct disk *disk, char **reterr_why)
{
    int code = disk->db ? sqlite3_errcode(disk->db) & 0xFF : SQLITE_OK;
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR) /* an error: a table is not there */
        return say_damaged(disk, reterr_why, disk->error);
    say(reterr_why, "the data folder %s cannot be opened: %s", disk->folder, disk->error);
    return false;
}

struct disk *disk_open(const char *folder, bool fresh, char **reterr_why)
{
    struct disk *disk = memory_alloc(sizeof *disk);
    disk->folder = memory_copy(str_of(folder));
    disk->lock = make_folder(folder, reterr_why) ? take_lock(folder, reterr_why) : -1;
    if (disk->lock >= 0 && (!fresh || forget_files(folder, reterr_why)) &&
        (open_database(disk) || cannot_open(disk, reterr_why)) && check_contents(disk, reterr_why) &&
        (prepare(disk) || cannot_open(disk, reterr_why)))
        return disk;
    release(disk);
    return NULL;
}

/* ---- writing ---- */

static bool step(struct disk *disk, enum statement statement)
{
    sqlite3_stmt *prepared = disk->statements[statement];
    int code = sqlite3_step(prepared);
    if (code != SQLITE_DONE)
        note_error(disk);
    sqlite3_reset(prepared);
    return code == SQLITE_DONE;
}

static void bind_text(sqlite3_stmt *statement, int at, struct str text)
{
    sqlite3_bind_text64(statement, at, text.at, text.length, SQLITE_STATIC, SQLITE_UTF8);
}

static struct str body_of(struct disk *disk, const struct row_change *change)
{
    if (!change->root)
        return change->body;
    if (disk->body.capacity > MOST_KEPT_BYTES)
        buf_release(&disk->body);
    buf_clear(&disk->body);
    json_print(&disk->body, change->root);
    return buf_str(&disk->body);
}

static bool write_row(struct disk *disk, const struct row_change *change)
{
    struct str body = body_of(disk, change);
    if (!body.at) {
        if (change->made_here)
            return true;
        disk->records--;
        sqlite3_bind_int64(disk->statements[DELETE_ROW], 1, (int64_t)change->row);
        return step(disk, DELETE_ROW);
    }
    sqlite3_stmt *put = disk->statements[PUT_ROW];
    sqlite3_bind_int64(put, 1, (int64_t)change->row);
    sqlite3_bind_int64(put, 2, change->shelf);
    bind_text(put, 3, change->key);
    bind_text(put, 4, body);
    sqlite3_bind_int64(put, 5, row_sum(change->row, change->shelf, change->key, body));
    disk->records += change->made_here;
    disk->tally.rows++;
    disk->tally.bytes += change->key.length + body.length;
    return step(disk, PUT_ROW);
}

static bool write_shelf(struct disk *disk, const struct new_shelf *shelf)
{
    sqlite3_stmt *add = disk->statements[ADD_SHELF];
    sqlite3_bind_int64(add, 1, shelf->id);
    bind_text(add, 2, str_of(shelf->table));
    bind_text(add, 3, str_of(shelf->account));
    bind_text(add, 4, str_of(shelf->region));
    sqlite3_bind_int64(add, 5, shelf_sum(shelf));
    disk->records++;
    return step(disk, ADD_SHELF);
}

static bool write_turn(struct disk *disk, const struct turn *turn)
{
    for (size_t i = 0; i < turn->shelf_count; i++)
        if (!write_shelf(disk, &turn->shelves[i]))
            return false;
    for (size_t i = 0; i < turn->change_count; i++)
        if (!write_row(disk, &turn->changes[i]))
            return false;
    return true;
}

static bool write_meta(struct disk *disk, const struct moment_on_disk *moment)
{
    sqlite3_stmt *set = disk->statements[SET_META];
    sqlite3_bind_int64(set, 1, (int64_t)moment->last_change);
    sqlite3_bind_int64(set, 2, moment->clock_ms);
    for (int i = 0; i < 4; i++)
        sqlite3_bind_int64(set, 3 + i, (int64_t)moment->random.state[i]);
    sqlite3_bind_int64(set, 7, disk->records);
    sqlite3_bind_int64(set, 8, meta_sum(moment, disk->records));
    return step(disk, SET_META);
}

static struct turn *turn_at(const struct list *link)
{
    return LIST_ITEM(link, struct turn, link);
}

static bool write_turns(struct disk *disk, const struct list *turns)
{
    for (const struct list *link = turns->next; link != turns; link = link->next)
        if (!write_turn(disk, turn_at(link)))
            return false;
    return write_meta(disk, &turn_at(turns->previous)->moment);
}

static void roll_back(struct disk *disk)
{
    /* Some errors have rolled back already. What note_error() noted first is what counts. */
    if (!sqlite3_get_autocommit(disk->db)) {
        sqlite3_step(disk->statements[ROLLBACK]);
        sqlite3_reset(disk->statements[ROLLBACK]);
    }
}

bool disk_write(struct disk *disk, const struct list *turns)
{
    int64_t records = disk->records;
    struct journal_tally tally = disk->tally;
    disk->tally.commits++;
    if (step(disk, BEGIN) && write_turns(disk, turns) && step(disk, COMMIT))
        return true;
    disk->records = records;
    disk->tally = tally;
    roll_back(disk);
    return false;
}

struct journal_tally disk_tally(const struct disk *disk)
{
    return disk->tally;
}

/* A file that grows has its length written at each sync too, and waits for that: two or three times as long. So the log is
 * longer than what is in it, by zeros, which SQLite takes for its end: a page's frame there bears the log's salt. What
 * goes wrong here goes wrong again, and is told, when a commit wants the room. */
static void lengthen_log(struct disk *disk)
{
    static const char zeros[64 << 10]; /* SQLite's files take no more than 128 KiB at once */
    sqlite3_int64 used = disk->log_pages * (disk->page_bytes + FRAME_HEAD), there;
    sqlite3_file *log = NULL;
    if (used > CHECKPOINT_LOG ||
        sqlite3_file_control(disk->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK || !log->pMethods ||
        log->pMethods->xFileSize(log, &there) != SQLITE_OK)
        return;
    if (there < used || there >= used + LOG_AHEAD / 4)
        return;
    for (sqlite3_int64 end = there + LOG_AHEAD; there < end; there += sizeof zeros)
        if (log->pMethods->xWrite(log, zeros, sizeof zeros, there) != SQLITE_OK)
            return;
}

static void checkpoint(struct disk *disk, int64_t bytes)
{
    int mode = bytes < TRUNCATE_LOG ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE;
    int pages = 0, done = 0;
    if (sqlite3_wal_checkpoint_v2(disk->db, NULL, mode, &pages, &done) != SQLITE_OK) {
        log_warn("the database in %s keeps its log: %s", disk->folder, sqlite3_errmsg(disk->db));
        return;
    }
    /* Once all of it is home, the next commit starts the log from its beginning. */
    if (pages == done || mode == SQLITE_CHECKPOINT_TRUNCATE)
        disk->log_pages = 0;
}

void disk_tend_log(struct disk *disk, bool at_leisure)
{
    int64_t bytes = disk->log_pages * disk->page_bytes;
    if (disk->log_pages > 0 && (at_leisure || bytes >= CHECKPOINT_LOG))
        checkpoint(disk, bytes);
    else if (disk->log_pages > 0)
        lengthen_log(disk);
}

void disk_close(struct disk *disk, const struct moment_on_disk *last_or_null)
{
    if (last_or_null && !write_meta(disk, last_or_null))
        log_error("the data folder %s was not closed cleanly: %s", disk->folder, disk->error);
    release(disk); /* closing the last connection checkpoints and removes the log */
}

/* ---- loading ---- */

static struct str column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return (struct str){ text ? text : "", (size_t)sqlite3_column_bytes(statement, column) };
}

/* What disk_load() goes through with. */
struct loading {
    struct disk *disk;
    const struct disk_reader *reader;
    struct moment_on_disk *moment;
    int64_t records, promised; /* that came; that the meta row told of, -1: there is none */
    uint64_t last_row;
};

static bool read_all(struct loading *loading, const char *sql,
                     bool (*take)(sqlite3_stmt *statement, struct loading *loading))
{
    struct disk *disk = loading->disk;
    sqlite3_stmt *statement = NULL;
    disk->error[0] = '\0';
    int code = sqlite3_prepare_v2(disk->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        while ((code = sqlite3_step(statement)) == SQLITE_ROW && take(statement, loading))
            ;
    }
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        note_error(disk);
    sqlite3_finalize(statement);
    return code == SQLITE_DONE;
}

__attribute__((format(printf, 2, 3))) static bool is_damaged(struct loading *loading, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(loading->disk->error, sizeof loading->disk->error, format, args);
    va_end(args);
    return false;
}

static bool take_meta(sqlite3_stmt *statement, struct loading *loading)
{
    struct moment_on_disk *moment = loading->moment;
    moment->last_change = (uint64_t)sqlite3_column_int64(statement, 0);
    moment->clock_ms = sqlite3_column_int64(statement, 1);
    for (int i = 0; i < 4; i++)
        moment->random.state[i] = (uint64_t)sqlite3_column_int64(statement, 2 + i);
    loading->promised = sqlite3_column_int64(statement, 6);
    return meta_sum(moment, loading->promised) == sqlite3_column_int64(statement, 7) ||
           is_damaged(loading, "what it says of the last commit does not fit its checksum");
}

static bool take_shelf(sqlite3_stmt *statement, struct loading *loading)
{
    struct new_shelf shelf = { .id = sqlite3_column_int64(statement, 0),
                               .table = column_text(statement, 1).at,
                               .account = column_text(statement, 2).at,
                               .region = column_text(statement, 3).at };
    loading->records++;
    return (shelf_sum(&shelf) == sqlite3_column_int64(statement, 4) &&
            loading->reader->shelf(loading->reader->data, &shelf)) ||
           is_damaged(loading, "shelf %lld does not fit its checksum", (long long)shelf.id);
}

static bool take_row(sqlite3_stmt *statement, struct loading *loading)
{
    uint64_t row = (uint64_t)sqlite3_column_int64(statement, 0);
    int64_t shelf = sqlite3_column_int64(statement, 1);
    struct str key = column_text(statement, 2), body = column_text(statement, 3);
    /* Only a damaged tree has the same row twice, or for ever. */
    bool in_order = row > loading->last_row;
    loading->last_row = row;
    loading->records++;
    if (in_order && row_sum(row, shelf, key, body) == sqlite3_column_int64(statement, 4) &&
        loading->reader->row(loading->reader->data, row, shelf, key, body))
        return true;
    const char *table = loading->reader->table(loading->reader->data, shelf);
    return is_damaged(loading, "row %llu of %s does not fit its checksum", (unsigned long long)row,
                      table ? table : "no known table");
}

static bool load_all(struct loading *loading)
{
    return read_all(loading,
                    "SELECT last_change, clock_ms, random_0, random_1, random_2, random_3, records, checksum FROM meta",
                    take_meta) &&
           read_all(loading, "SELECT id, \"table\", account, region, checksum FROM shelf ORDER BY id", take_shelf) &&
           read_all(loading, "SELECT id, shelf, key, body, checksum FROM row ORDER BY id", take_row) &&
           (loading->records == loading->promised ||
            is_damaged(loading, "it holds %lld records where %lld were written", (long long)loading->records,
                       (long long)loading->promised));
}

bool disk_load(struct disk *disk, const struct disk_reader *reader, struct moment_on_disk *ret_moment,
               char **reterr_why)
{
    *ret_moment = (struct moment_on_disk){ 0 };
    struct loading loading = { .disk = disk, .reader = reader, .moment = ret_moment, .promised = -1 };
    if (!load_all(&loading))
        return say_damaged(disk, reterr_why, disk->error);
    disk->records = loading.records;
    return true;
}
