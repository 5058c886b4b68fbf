/* Pictures of dates and times (XPath's format-dateTime): "[D1o] [MNn] [Y0001]". */
#ifndef JSONATA_DATE_H
#define JSONATA_DATE_H

#include "services/stepfunctions/jsonata/integer.h"

enum name_case { NAME_NONE, NAME_LOWER, NAME_UPPER, NAME_TITLE };

struct date_part {
    char component;     /* '\0': a literal */
    struct str literal; /* ]] still doubled */
    enum name_case names;
    bool zulu;          /* Z for no offset */
    size_t least, most; /* width; 0: any */
    size_t year_digits; /* of Y: only the last so many; 0: all */
    size_t width;       /* digits to read; 0: as many as there are */
    bool numeric;
    struct integer_format format;
};

struct date_picture {
    struct date_part *parts;
    size_t count;
};

/* A day by its date; month and day from 1. */
struct day {
    int64_t year;
    int month, day;
};

struct date_picture date_picture_parse(struct run *run, struct str picture);
struct str date_print(struct run *run, double millis, struct str picture, struct str zone);
/* False: the text is not of that form. */
bool date_read(struct run *run, const struct date_picture *picture, struct str text, int64_t now_ms,
               double *ret_millis);
int64_t days_of(int64_t year, int month, int day); /* since 1970-01-01; months and days may run over */
struct day day_of(int64_t days);

extern const char *const date_months[12], *const date_days[7];

#endif
