#include "app/fleet/release.h"

#include "app/fleet/signed.h"
#include "board/base/ini.h"
#include "board/base/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char MODULE[] = "release";

static struct err wrong(const struct ini_entry *entry)
{
    return err_make(ERR_REFUSED, MODULE, 0, "line %d of the release cannot be read", entry->line);
}

static struct err copy(const struct ini_entry *entry, char *out_text, size_t size)
{
    return snprintf(out_text, size, "%s", entry->value) < (int)size ? err_ok() : wrong(entry);
}

static struct err read_time(const struct ini_entry *entry, int64_t *out_ms)
{
    struct tm when = {0};
    const char *end = strptime(entry->value, "%Y-%m-%dT%H:%M:%SZ", &when);
    if (!end || *end)
        return wrong(entry);
    *out_ms = (int64_t)timegm(&when) * 1000;
    return err_ok();
}

static struct err read_size(const struct ini_entry *entry, int64_t *out_size)
{
    char *end = NULL;
    *out_size = strtoll(entry->value, &end, 10);
    return *end == '\0' && *out_size > 0 ? err_ok() : wrong(entry);
}

static struct err read_ring(const struct ini_entry *entry, struct release *release)
{
    struct release_ring *ring = &release->rings[release->ring_count];
    if (release->ring_count == RELEASE_RINGS_MAX ||
        snprintf(ring->name, sizeof ring->name, "%s", entry->key) >= (int)sizeof ring->name)
        return wrong(entry);
    TRY(read_time(entry, &ring->from_ms));
    release->ring_count++;
    return err_ok();
}

static struct err read_release(const struct ini_entry *entry, struct release *release)
{
    const struct {
        const char *key;
        char *text;
        size_t size;
    } texts[] = {
        {"version", release->version, sizeof release->version},
        {"compatible", release->compatible, sizeof release->compatible},
        {"file", release->file, sizeof release->file},
        {"sha256", release->sha256, sizeof release->sha256},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(entry->key, texts[i].key) == 0)
            return copy(entry, texts[i].text, texts[i].size);
    if (strcmp(entry->key, "size") == 0)
        return read_size(entry, &release->size);
    if (strcmp(entry->key, "issued") == 0)
        return read_time(entry, &release->issued_ms);
    return strcmp(entry->key, "until") == 0 ? read_time(entry, &release->until_ms) : wrong(entry);
}

static struct err visit(void *context, const struct ini_entry *entry)
{
    if (strcmp(entry->section, "release") == 0)
        return entry->key ? read_release(entry, context) : err_ok();
    if (strcmp(entry->section, "rings") == 0)
        return entry->key ? read_ring(entry, context) : err_ok();
    return wrong(entry);
}

/* The file lies beside the descriptor: its name is one component of a URL and of a path. */
static bool is_whole(const struct release *release)
{
    static const char NAME[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    return *release->version && *release->compatible && release->file[0] != '.' && *release->file &&
           release->file[strspn(release->file, NAME)] == '\0' && strlen(release->sha256) == 64 &&
           strspn(release->sha256, "0123456789abcdef") == 64 && release->size > 0 && release->issued_ms > 0 &&
           release->until_ms > 0;
}

struct err release_parse(struct buf *text, struct release *out_release)
{
    struct release release = {0};
    struct err e = ini_parse("the release", text, visit, &release);
    if (err_is(&e) && e.class == ERR_DATA)
        return err_make(ERR_REFUSED, MODULE, 0, "%s", e.text); /* signed, and yet no release */
    if (!err_is(&e) && !is_whole(&release))
        return err_make(ERR_REFUSED, MODULE, 0, "the release does not say what it must");
    if (!err_is(&e))
        *out_release = release;
    return e;
}

struct err release_open(const struct buf *cms, const char *ca, int64_t now_ms, struct release *out_release)
{
    struct buf text = {0};
    struct pass_signer signer = {0};
    struct err e = pass_open(cms, ca, now_ms, &text, &signer);
    if (!err_is(&e) && strcmp(signer.office, "update") != 0)
        e = err_make(ERR_REFUSED, MODULE, 0, "a release signed by a \"%s\"", signer.office);
    if (!err_is(&e))
        e = release_parse(&text, out_release);
    buf_finish(&text);
    return e;
}

static bool is_its_day(const struct release *release, const struct release_rules *rules)
{
    for (int i = 0; i < release->ring_count; i++)
        if (strcmp(release->rings[i].name, rules->ring) == 0)
            return rules->now_ms >= release->rings[i].from_ms;
    return false;
}

enum release_verdict release_judge(const struct release *release, const struct release_rules *rules)
{
    int newer = version_compare(release->version, rules->version);
    if (strcmp(release->compatible, rules->compatible) != 0)
        return RELEASE_OTHER_MODEL;
    if (release->issued_ms < rules->newest_issued_ms)
        return RELEASE_REPLAY;
    if (rules->now_ms > release->until_ms)
        return RELEASE_EXPIRED;
    if (newer <= 0)
        return newer < 0 ? RELEASE_OLDER : RELEASE_SAME;
    return is_its_day(release, rules) ? RELEASE_TAKE : RELEASE_LATER;
}

const char *release_verdict_text(enum release_verdict verdict)
{
    static const char *const texts[RELEASE_VERDICT_COUNT] = {
        [RELEASE_TAKE] = "is taken",
        [RELEASE_SAME] = "runs here already",
        [RELEASE_LATER] = "is not yet for this ring",
        [RELEASE_OLDER] = "is older than what runs here",
        [RELEASE_REPLAY] = "an older word of the fleet than the last one: somebody holds the new one back",
        [RELEASE_EXPIRED] = "has expired: the county must sign it again",
        [RELEASE_OTHER_MODEL] = "is for another kind of box",
    };
    return texts[verdict];
}
