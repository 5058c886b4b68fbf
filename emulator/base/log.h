/* One line a message on stderr: time, level, text. Secrets are redacted by who logs; control characters are escaped here. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least);
/* From now on a line is a JSON object: {"time","level","message"}, and what log_event() is told stands there, too. */
void log_set_json(bool json);
/* What happened in the house, for who collects logs: {"time","level":"info","event","team"?,"message"}. Nothing in plain logs. */
void log_event(const char *event, const char *team_or_null, const char *message);
__attribute__((format(printf, 2, 3))) void log_line(enum log_level level, const char *format, ...);

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

#endif
