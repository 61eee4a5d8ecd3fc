#include "offline/time_floor.h"
#include "board/base/file.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>

#define HOUR_MS  ((int64_t)60 * 60 * 1000)
#define RISE_MAX ((int64_t)20 * 365 * 24 * HOUR_MS)

enum { GRAIN_MS = 2000, AGREES_MS = 60 * 1000 };
#define OFFSET_LIFE_MS (24 * HOUR_MS)

static void platform_path(const char *store_dir, char out_path[600])
{
    snprintf(out_path, 600, "%s/time.platform", store_dir);
}

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

/* ---- what a platform's Date says of the clock ---- */

static bool read_platform(const char *store_dir, int64_t *out_offset_ms, int64_t *out_at_ms)
{
    char path[600];
    struct buf text = {0};

    platform_path(store_dir, path);
    struct err e = file_read(path, 64, &text);
    bool ok = !err_is(&e) && sscanf(buf_text(&text), "%" SCNd64 " %" SCNd64, out_offset_ms, out_at_ms) == 2;
    buf_finish(&text);
    return ok;
}

struct err time_note_platform(const char *store_dir, int64_t platform_ms, int64_t wall_ms)
{
    int64_t offset_ms = platform_ms - wall_ms, old_ms = 0, at_ms = 0;
    char path[600], text[64];

    if (read_platform(store_dir, &old_ms, &at_ms) && llabs(offset_ms - old_ms) <= GRAIN_MS &&
        wall_ms >= at_ms && wall_ms - at_ms < OFFSET_LIFE_MS / 2)
        return err_ok();
    platform_path(store_dir, path);
    int length = snprintf(text, sizeof text, "%" PRId64 " %" PRId64 "\n", offset_ms, wall_ms);
    return file_write(path, text, (size_t)length, 0644);
}

bool time_offset(const char *store_dir, int64_t wall_ms, int64_t *out_offset_ms)
{
    int64_t offset_ms = 0, at_ms = 0;
    if (!read_platform(store_dir, &offset_ms, &at_ms) || wall_ms < at_ms || wall_ms - at_ms > OFFSET_LIFE_MS)
        return false;
    *out_offset_ms = offset_ms;
    return true;
}

enum outbox_trust time_trust(const char *store_dir, const struct clock *clock)
{
    struct timex state = {0};
    int64_t now_ms = clock->wall_ms(clock), offset_ms = 0;

    if (now_ms < time_floor(store_dir))
        return OUTBOX_TIME_UNSET;
    if (time_offset(store_dir, now_ms, &offset_ms))
        return llabs(offset_ms) <= AGREES_MS ? OUTBOX_TIME_SERVER : OUTBOX_TIME_UNSET;
    bool is_kept = adjtimex(&state) >= 0 && !(state.status & STA_UNSYNC);
    return is_kept ? OUTBOX_TIME_NTP : OUTBOX_TIME_RTC;
}

int64_t time_for_certificates(const char *store_dir, const struct clock *clock)
{
    int64_t now_ms = clock->wall_ms(clock), floor_ms = time_floor(store_dir);
    return now_ms < floor_ms ? floor_ms : now_ms;
}
