#include "net/meter.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "world/journal.h"
#include "world/store.h"
#include "world/world.h"

/* From Linux' proc(5); elsewhere what getrusage() says of the most there was. */
static int64_t resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%*s %ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    if (pages)
        return (int64_t)pages * sysconf(_SC_PAGESIZE);
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Of a world that is kept. */
static void write_journal(struct journal *journal_or_null, struct buf *text)
{
    if (!journal_or_null)
        return;
    struct journal_tally tally = journal_tally(journal_or_null);
    web_metric(text, "rehearse_journal_commits_total", "counter", "Transactions synced to the disk.",
               (int64_t)tally.commits);
    web_metric(text, "rehearse_journal_rows_total", "counter", "Rows written in them.", (int64_t)tally.rows);
    web_metric(text, "rehearse_journal_bytes_total", "counter", "Bytes of these rows and their keys.",
               (int64_t)tally.bytes);
}

static void write_process(const struct house *house, struct buf *text)
{
    web_metric_head(text, "process_cpu_seconds_total", "counter",
                    "Processor time of this process, without its packs' children.");
    buf_printf(text, "process_cpu_seconds_total %.3f\n", cpu_seconds());
    web_metric(text, "process_resident_memory_bytes", "gauge", "Memory that it has now.", resident_bytes());
    web_metric(text, "rehearse_store_bytes", "gauge", "Rows kept in memory.",
               (int64_t)store_bytes(house->cloud->world->store));
    web_metric(text, "rehearse_store_changes_total", "counter", "Changes of rows.",
               (int64_t)store_last_change(house->cloud->world->store));
    write_journal(house->cloud->world->journal, text);
    web_metric(text, "rehearse_http_connections", "gauge", "Open connections.",
               house->http ? (int64_t)http_connections(*house->http) : 0);
    web_metric(text, "rehearse_page_streams", "gauge", "Pages that listen to news.",
               (int64_t)sse_all_readers(house->sse));
}

static void write_calls(const struct cloud *cloud, struct buf *text)
{
    web_metric_head(text, "rehearse_calls_total", "counter", "Calls on the road, whoever made them.");
    for (size_t i = 0; i < cloud->service_count; i++)
        for (int failed = 0; failed <= 1; failed++)
            buf_printf(text, "rehearse_calls_total{service=\"%s\",outcome=\"%s\"} %llu\n",
                       cloud->services[i]->model->name, failed ? "failed" : "done",
                       (unsigned long long)cloud->answered[i][failed]);
}

void meter_write(const struct house *house, struct buf *text)
{
    write_process(house, text);
    write_calls(house->cloud, text);
    for (const struct web_site *const *site = house->sites; site && *site; site++)
        if ((*site)->measure)
            (*site)->measure((*site)->data, text);
}
