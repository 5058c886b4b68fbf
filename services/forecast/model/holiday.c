#include "services/forecast/model/holiday.h"

#include "services/forecast/model/calendar.h"
#include <string.h>

/* How a holiday's day is found in a year. */
enum rule {
    ON,     /* a: month, b: day */
    NTH,    /* a: month, b: day of week (0 is Monday), c: which, −1 the last, −2 the last before `d` of the month */
    EASTER, /* a: days after Easter Sunday of the western churches */
    LUNAR,  /* a: which table, b: days after its day */
    VERNAL, /* the equinoxes of Japan */
    AUTUMNAL,
};

/* What happens when it falls on a weekend: where the day itself is no longer free, it moves. */
enum moves { STAYS, TO_MONDAY, TO_NEAREST /* Saturdays to Friday, Sundays to Monday */, SUNDAY_TO_MONDAY };

enum lunar { KOREAN_NEW_YEAR, BUDDHAS_BIRTHDAY, CHUSEOK, DIWALI, HOLI, LUNAR_TABLES };
enum { LUNAR_FIRST = 2010, LUNAR_YEARS = 31 };

/* Month × 100 + day, from 2010 on; 0 is not known. The Korean ones by the Dangi calendar of Unicode's CLDR; Diwali and Holi as
 * celebrated in India's gazetted lists. */
static const short
    lunar_days[LUNAR_TABLES][LUNAR_YEARS] = {
        [KOREAN_NEW_YEAR] = { 214, 203, 123, 210, 131, 219, 208, 128, 216, 205, 125, 212, 201, 122, 210, 129,
                              217, 207, 127, 213, 203, 123, 211, 131, 219, 208, 128, 215, 204, 124, 212 },
        [BUDDHAS_BIRTHDAY] = { 521, 510, 528, 517, 506, 525, 514, 503, 522, 512, 430, 519, 508, 527, 515, 505,
                               524, 513, 502, 520, 509, 528, 516, 506, 525, 515, 503, 522, 511, 430, 518 },
        [CHUSEOK] = { 922, 912, 930,  919, 908, 927,  915, 1004, 924, 913, 1001, 921, 910, 929,  917, 1006,
                      925, 915, 1003, 922, 912, 1001, 919, 908,  927, 916, 1004, 924, 913, 1002, 921 },
        [DIWALI] = { 1105, 1026, 1113, 1103, 1023, 1111, 1030, 1019, 1107, 1027, 1114,
                     1104, 1024, 1112, 1031, 1020, 1108, 1029, 1017, 1105, 1026 },
        [HOLI] = { 301, 320, 308, 327, 317, 306, 324, 313, 302, 321, 310,
                   329, 318, 308, 325, 314, 304, 322, 311, 301, 320 },
    };

struct day_rule {
    const char *country;
    const char *name;
    enum rule rule;
    short a, b, c, d;
    enum moves moves;
    short since, until; /* years; 0 is any */
};

static const struct day_rule rules[] = {
    { "US", "New Year's Day", ON, 1, 1, .moves = TO_NEAREST },
    { "US", "Martin Luther King Day", NTH, 1, 0, 3 },
    { "US", "Washington's Birthday", NTH, 2, 0, 3 },
    { "US", "Memorial Day", NTH, 5, 0, -1 },
    { "US", "Juneteenth", ON, 6, 19, .moves = TO_NEAREST, .since = 2021 },
    { "US", "Independence Day", ON, 7, 4, .moves = TO_NEAREST },
    { "US", "Labor Day", NTH, 9, 0, 1 },
    { "US", "Columbus Day", NTH, 10, 0, 2 },
    { "US", "Veterans Day", ON, 11, 11, .moves = TO_NEAREST },
    { "US", "Thanksgiving", NTH, 11, 3, 4 },
    { "US", "Christmas Day", ON, 12, 25, .moves = TO_NEAREST },

    { "UK", "New Year's Day", ON, 1, 1, .moves = TO_MONDAY },
    { "UK", "Good Friday", EASTER, -2 },
    { "UK", "Easter Monday", EASTER, 1 },
    { "UK", "Early May Bank Holiday", NTH, 5, 0, 1 },
    { "UK", "Spring Bank Holiday", NTH, 5, 0, -1 },
    { "UK", "Summer Bank Holiday", NTH, 8, 0, -1 },
    { "UK", "Christmas Day", ON, 12, 25 },
    { "UK", "Boxing Day", ON, 12, 26 },

    { "DE", "Neujahr", ON, 1, 1 },
    { "DE", "Karfreitag", EASTER, -2 },
    { "DE", "Ostermontag", EASTER, 1 },
    { "DE", "Tag der Arbeit", ON, 5, 1 },
    { "DE", "Christi Himmelfahrt", EASTER, 39 },
    { "DE", "Pfingstmontag", EASTER, 50 },
    { "DE", "Tag der Deutschen Einheit", ON, 10, 3, .since = 1990 },
    { "DE", "Erster Weihnachtstag", ON, 12, 25 },
    { "DE", "Zweiter Weihnachtstag", ON, 12, 26 },

    { "FR", "Jour de l'an", ON, 1, 1 },
    { "FR", "Lundi de Pâques", EASTER, 1 },
    { "FR", "Fête du Travail", ON, 5, 1 },
    { "FR", "Victoire 1945", ON, 5, 8 },
    { "FR", "Ascension", EASTER, 39 },
    { "FR", "Lundi de Pentecôte", EASTER, 50 },
    { "FR", "Fête nationale", ON, 7, 14 },
    { "FR", "Assomption", ON, 8, 15 },
    { "FR", "Toussaint", ON, 11, 1 },
    { "FR", "Armistice", ON, 11, 11 },
    { "FR", "Noël", ON, 12, 25 },

    { "IT", "Capodanno", ON, 1, 1 },
    { "IT", "Epifania", ON, 1, 6 },
    { "IT", "Lunedì dell'Angelo", EASTER, 1 },
    { "IT", "Festa della Liberazione", ON, 4, 25 },
    { "IT", "Festa del Lavoro", ON, 5, 1 },
    { "IT", "Festa della Repubblica", ON, 6, 2 },
    { "IT", "Ferragosto", ON, 8, 15 },
    { "IT", "Ognissanti", ON, 11, 1 },
    { "IT", "Immacolata Concezione", ON, 12, 8 },
    { "IT", "Natale", ON, 12, 25 },
    { "IT", "Santo Stefano", ON, 12, 26 },

    { "ES", "Año Nuevo", ON, 1, 1 },
    { "ES", "Epifanía", ON, 1, 6 },
    { "ES", "Viernes Santo", EASTER, -2 },
    { "ES", "Fiesta del Trabajo", ON, 5, 1 },
    { "ES", "Asunción", ON, 8, 15 },
    { "ES", "Fiesta Nacional", ON, 10, 12 },
    { "ES", "Todos los Santos", ON, 11, 1 },
    { "ES", "Día de la Constitución", ON, 12, 6 },
    { "ES", "Inmaculada Concepción", ON, 12, 8 },
    { "ES", "Navidad", ON, 12, 25 },

    { "JP", "元日", ON, 1, 1, .moves = SUNDAY_TO_MONDAY },
    { "JP", "成人の日", NTH, 1, 0, 2 },
    { "JP", "建国記念の日", ON, 2, 11, .moves = SUNDAY_TO_MONDAY },
    { "JP", "天皇誕生日", ON, 2, 23, .moves = SUNDAY_TO_MONDAY, .since = 2020 },
    { "JP", "天皇誕生日", ON, 12, 23, .moves = SUNDAY_TO_MONDAY, .until = 2018 },
    { "JP", "春分の日", VERNAL, .moves = SUNDAY_TO_MONDAY },
    { "JP", "昭和の日", ON, 4, 29, .moves = SUNDAY_TO_MONDAY },
    { "JP", "憲法記念日", ON, 5, 3 },
    { "JP", "みどりの日", ON, 5, 4 },
    { "JP", "こどもの日", ON, 5, 5 },
    { "JP", "海の日", NTH, 7, 0, 3 },
    { "JP", "山の日", ON, 8, 11, .moves = SUNDAY_TO_MONDAY, .since = 2016 },
    { "JP", "敬老の日", NTH, 9, 0, 3 },
    { "JP", "秋分の日", AUTUMNAL, .moves = SUNDAY_TO_MONDAY },
    { "JP", "スポーツの日", NTH, 10, 0, 2 },
    { "JP", "文化の日", ON, 11, 3, .moves = SUNDAY_TO_MONDAY },
    { "JP", "勤労感謝の日", ON, 11, 23, .moves = SUNDAY_TO_MONDAY },

    { "KR", "신정", ON, 1, 1 },
    { "KR", "설날", LUNAR, KOREAN_NEW_YEAR, -1 },
    { "KR", "설날", LUNAR, KOREAN_NEW_YEAR, 0 },
    { "KR", "설날", LUNAR, KOREAN_NEW_YEAR, 1 },
    { "KR", "삼일절", ON, 3, 1 },
    { "KR", "어린이날", ON, 5, 5 },
    { "KR", "부처님 오신 날", LUNAR, BUDDHAS_BIRTHDAY, 0 },
    { "KR", "현충일", ON, 6, 6 },
    { "KR", "광복절", ON, 8, 15 },
    { "KR", "추석", LUNAR, CHUSEOK, -1 },
    { "KR", "추석", LUNAR, CHUSEOK, 0 },
    { "KR", "추석", LUNAR, CHUSEOK, 1 },
    { "KR", "개천절", ON, 10, 3 },
    { "KR", "한글날", ON, 10, 9, .since = 2013 },
    { "KR", "성탄절", ON, 12, 25 },

    { "CA", "New Year's Day", ON, 1, 1, .moves = TO_MONDAY },
    { "CA", "Good Friday", EASTER, -2 },
    { "CA", "Victoria Day", NTH, 5, 0, -2, 25 },
    { "CA", "Canada Day", ON, 7, 1, .moves = TO_MONDAY },
    { "CA", "Labour Day", NTH, 9, 0, 1 },
    { "CA", "Truth and Reconciliation", ON, 9, 30, .since = 2021 },
    { "CA", "Thanksgiving", NTH, 10, 0, 2 },
    { "CA", "Remembrance Day", ON, 11, 11 },
    { "CA", "Christmas Day", ON, 12, 25 },
    { "CA", "Boxing Day", ON, 12, 26 },

    { "AU", "New Year's Day", ON, 1, 1, .moves = TO_MONDAY },
    { "AU", "Australia Day", ON, 1, 26, .moves = TO_MONDAY },
    { "AU", "Good Friday", EASTER, -2 },
    { "AU", "Easter Monday", EASTER, 1 },
    { "AU", "Anzac Day", ON, 4, 25 },
    { "AU", "Christmas Day", ON, 12, 25 },
    { "AU", "Boxing Day", ON, 12, 26 },

    { "BR", "Ano Novo", ON, 1, 1 },
    { "BR", "Carnaval", EASTER, -47 },
    { "BR", "Sexta-feira Santa", EASTER, -2 },
    { "BR", "Tiradentes", ON, 4, 21 },
    { "BR", "Dia do Trabalho", ON, 5, 1 },
    { "BR", "Corpus Christi", EASTER, 60 },
    { "BR", "Independência", ON, 9, 7 },
    { "BR", "Nossa Senhora Aparecida", ON, 10, 12 },
    { "BR", "Finados", ON, 11, 2 },
    { "BR", "Proclamação da República", ON, 11, 15 },
    { "BR", "Natal", ON, 12, 25 },

    { "IN", "Republic Day", ON, 1, 26 },
    { "IN", "Holi", LUNAR, HOLI, 0 },
    { "IN", "Good Friday", EASTER, -2 },
    { "IN", "Independence Day", ON, 8, 15 },
    { "IN", "Gandhi Jayanti", ON, 10, 2 },
    { "IN", "Diwali", LUNAR, DIWALI, 0 },
    { "IN", "Christmas Day", ON, 12, 25 },
};

static const char *const countries[] = { "AU", "BR", "CA", "DE", "ES", "FR", "IN", "IT", "JP", "KR", "UK", "US", NULL };

const char *const *forecast_holiday_countries(void)
{
    return countries;
}

bool forecast_holiday_country(const char *country)
{
    for (size_t i = 0; countries[i]; i++)
        if (strcmp(countries[i], country) == 0)
            return true;
    return false;
}

/* The "anonymous Gregorian" computus (Meeus, Astronomical Algorithms, chapter 8). */
static int64_t easter_of(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451, month = (h + l - 7 * m + 114) / 31;
    return forecast_days_of((struct forecast_date){ year, month, (h + l - 7 * m + 114) % 31 + 1 });
}

static int64_t nth_of(int year, const struct day_rule *rule)
{
    int64_t first = forecast_days_of((struct forecast_date){ year, rule->a, 1 });
    if (rule->c > 0)
        return first + (rule->b - forecast_weekday(first) + 7) % 7 + 7 * (rule->c - 1);
    int64_t end = rule->c == -2 ? first + rule->d - 1
                                : forecast_days_of((struct forecast_date){ year + rule->a / 12, rule->a % 12 + 1, 1 });
    return end - 1 - (forecast_weekday(end - 1) - rule->b + 7) % 7;
}

/* False: not in this year. The equinoxes' formulas hold from 1980 to 2099. */
static bool find_day(int year, const struct day_rule *rule, int64_t *ret_day)
{
    if ((rule->since && year < rule->since) || (rule->until && year > rule->until))
        return false;
    int since = year - 1980, day;
    switch (rule->rule) {
    case ON:
        *ret_day = forecast_days_of((struct forecast_date){ year, rule->a, rule->b });
        return true;
    case NTH:
        *ret_day = nth_of(year, rule);
        return true;
    case EASTER:
        *ret_day = easter_of(year) + rule->a;
        return true;
    case LUNAR:
        if (year < LUNAR_FIRST || year >= LUNAR_FIRST + LUNAR_YEARS || lunar_days[rule->a][year - LUNAR_FIRST] == 0)
            return false;
        day = lunar_days[rule->a][year - LUNAR_FIRST];
        *ret_day = forecast_days_of((struct forecast_date){ year, day / 100, day % 100 }) + rule->b;
        return true;
    default:
        if (since < 0 || since > 119)
            return false;
        day = (int)((rule->rule == VERNAL ? 20.8431 : 23.2488) + 0.242194 * since) - since / 4;
        *ret_day = forecast_days_of((struct forecast_date){ year, rule->rule == VERNAL ? 3 : 9, day });
        return true;
    }
}

static int64_t moved(int64_t day, enum moves moves)
{
    int weekday = forecast_weekday(day);
    if (weekday < 5 || moves == STAYS || (weekday == 5 && moves == SUNDAY_TO_MONDAY))
        return day;
    if (weekday == 5 && moves == TO_NEAREST)
        return day - 1;
    return day + 7 - weekday;
}

size_t forecast_holidays(const char *country, int year, struct forecast_holiday ret_holidays[FORECAST_HOLIDAYS_A_YEAR])
{
    size_t count = 0;
    if (year < 1 || year > 9999)
        return 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && count < FORECAST_HOLIDAYS_A_YEAR; i++) {
        int64_t day;
        if (strcmp(rules[i].country, country) != 0 || !find_day(year, &rules[i], &day))
            continue;
        day = moved(day, rules[i].moves);
        size_t at = count++;
        for (; at > 0 && ret_holidays[at - 1].day > day; at--)
            ret_holidays[at] = ret_holidays[at - 1];
        ret_holidays[at] = (struct forecast_holiday){ day, rules[i].name };
    }
    return count;
}
