#include "offline/time_floor.h"
#include "board/base/file.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>

#define HOUR_MS  ((int64_t)60 * 60 * 1000)
#define RISE_MAX ((int64_t)20 * 365 * 24 * HOUR_MS)

static void floor_path(const char *store_dir, char out_path[600])
{
    snprintf(out_path, 600, "%s/time.floor", store_dir);
}

int64_t time_floor(const char *store_dir)
{
    const int64_t built_ms = (int64_t)YIZHAN_BUILD_S * 1000;
    char path[600];
    struct buf text;
    buf_init(&text);
    floor_path(store_dir, path);
    struct err e = file_read(path, 32, &text);
    int64_t stored_ms = err_is(&e) ? 0 : strtoll(buf_text(&text), NULL, 10);
    buf_finish(&text);
    bool is_sane = stored_ms > built_ms && stored_ms - built_ms < RISE_MAX * 2;
    return is_sane ? stored_ms : built_ms;
}

struct err time_floor_raise(const char *store_dir, int64_t trusted_ms)
{
    int64_t floor_ms = time_floor(store_dir);
    char path[600], text[32];
    if (trusted_ms < floor_ms + HOUR_MS)
        return err_ok();
    if (trusted_ms - floor_ms > RISE_MAX)
        return err_make(ERR_REFUSED, "time_floor", 0, "a time that lies decades ahead is not believed");
    floor_path(store_dir, path);
    int length = snprintf(text, sizeof text, "%lld\n", (long long)trusted_ms);
    return file_write(path, text, (size_t)length, 0644);
}

enum outbox_trust time_trust(const char *store_dir, const struct clock *clock)
{
    struct timex state = {0};
    if (clock->wall_ms(clock) < time_floor(store_dir))
        return OUTBOX_TIME_UNSET;
    bool is_kept = adjtimex(&state) >= 0 && !(state.status & STA_UNSYNC);
    return is_kept ? OUTBOX_TIME_NTP : OUTBOX_TIME_RTC;
}

int64_t time_for_certificates(const char *store_dir, const struct clock *clock)
{
    int64_t now_ms = clock->wall_ms(clock), floor_ms = time_floor(store_dir);
    return now_ms < floor_ms ? floor_ms : now_ms;
}
