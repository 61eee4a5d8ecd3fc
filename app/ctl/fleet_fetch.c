#include "app/ctl/fleet_fetch.h"

#include "app/form/datetime.h"
#include "board/base/file.h"
#include "board/base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char MODULE[] = "fleet";

enum { PATH_SIZE = 1024 };

static void append_form(const struct desk_config *config, struct buf *path)
{
    buf_printf(path, "/projects/%d/forms/kiosk-health", config->fleet);
}

/* ---- fetch ---- */

/* An instanceID becomes a file's name, and anybody who can post chooses it. */
static bool is_uuid(const char *id)
{
    return strncmp(id, "uuid:", 5) == 0 && strspn(id + 5, "0123456789abcdefABCDEF-") == strlen(id + 5) &&
           strlen(id + 5) == 36;
}

static bool is_too_large(const struct err *e, const struct buf *xml)
{
    bool gave_up = e->class == ERR_REFUSED && e->code == 0; /* no answer of Central's: it never ended */
    return gave_up || (!err_is(e) && xml->length > FLEET_REPORT_BYTES_MAX);
}

/* What is too large to be a report becomes an empty file: not to be fetched, nor to fill the disk, each day.
 */
static struct err download(const struct desk_config *config, struct central *central, const char *id,
                           const char *file)
{
    struct buf path = {0}, xml = {0};
    append_form(config, &path);
    buf_append_text(&path, "/submissions/");
    central_escape(&path, id);
    buf_append_text(&path, ".xml");
    struct err e = central_get(central, buf_text(&path), &xml);
    bool is_none = is_too_large(&e, &xml);
    if (!err_is(&e) || is_none)
        e = file_write(file, buf_text(&xml), is_none ? 0 : xml.length, 0644);
    buf_finish(&xml);
    buf_finish(&path);
    return e;
}

/* One that Central does not give is passed over: anybody can post to an open project, and one bad record must
 * not be the end of a county's report. A link that fails, a password that is none and a full disk are the
 * same for each of the others. */
static struct err skip(const struct err *e, const char *id)
{
    if (e->class != ERR_DATA)
        return *e;
    log_warn(MODULE, "report %s is passed over: %s", id, e->text);
    return err_ok();
}

static struct err fetch_report(const struct desk_config *config, struct central *central, const char *folder,
                               const char *id, int64_t heard_ms, int *fetched)
{
    char file[PATH_SIZE];
    const struct timespec heard = {.tv_sec = heard_ms / 1000, .tv_nsec = heard_ms % 1000 * 1000000};
    snprintf(file, sizeof file, "%s/%s.xml", folder, id + 5);
    if (access(file, F_OK) != 0) {
        struct err e = download(config, central, id, file);
        if (err_is(&e))
            return skip(&e, id);
        (*fetched)++;
    }
    /* Each time: a run that ended between the file and its date must not make an old report a new one. */
    return utimensat(AT_FDCWD, file, (const struct timespec[]){heard, heard}, 0) == 0
               ? err_ok()
               : err_errno(MODULE, errno, "date %.200s", file);
}

/* OData, because only it can be asked for the newest: the plain list is years long. */
static struct err list_reports(const struct desk_config *config, struct central *central, int64_t since_ms,
                               json_t **out_list)
{
    char since[DATETIME_TEXT];
    struct buf path = {0};
    datetime_write(since_ms, NULL, since);
    append_form(config, &path);
    buf_printf(&path,
               ".svc/Submissions?$select=__id,__system"
               "&$filter=__system/submissionDate%%20ge%%20%.23sZ",
               since);
    struct err e = central_get_json(central, buf_text(&path), out_list);
    if (e.code == 404)
        e = err_make(ERR_DATA, MODULE, 404, "Central's project %d has no form kiosk-health", config->fleet);
    buf_finish(&path);
    return e;
}

struct err fleet_fetch(const struct desk_config *config, struct central *central, const char *folder,
                       int64_t now_ms, int *out_fetched)
{
    json_t *answer = NULL, *report;
    size_t i;
    int fetched = 0;
    if (config->fleet == 0)
        return err_make(ERR_DATA, MODULE, 0, "desk.ini names no [central] fleet: where do the reports lie?");
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.200s", folder);
    struct err e = list_reports(config, central, now_ms - FLEET_KEPT_MS, &answer);
    json_array_foreach(json_object_get(answer, "value"), i, report)
    {
        const char *id = json_string_value(json_object_get(report, "__id"));
        const char *date =
            json_string_value(json_object_get(json_object_get(report, "__system"), "submissionDate"));
        int64_t heard_ms = 0;
        if (!err_is(&e) && id && is_uuid(id) && date && datetime_parse(date, NULL, &heard_ms))
            e = fetch_report(config, central, folder, id, heard_ms, &fetched);
    }
    json_decref(answer);
    if (!err_is(&e))
        *out_fetched = fetched;
    return e;
}

/* ---- prune ---- */

static bool is_needed(const struct fleet *fleet, const char *name)
{
    for (size_t i = 0; i < fleet->count; i++)
        if (strcmp(fleet->kiosks[i].file, name) == 0)
            return true;
    return false;
}

struct err fleet_prune(const char *folder, const struct fleet *fleet, int64_t now_ms)
{
    DIR *listing = opendir(folder);
    if (!listing)
        return err_errno(MODULE, errno, "cannot read %.200s", folder);
    for (struct dirent *entry; (entry = readdir(listing));) {
        struct stat info;
        size_t length = strlen(entry->d_name);
        bool is_report = length == 36 + 4 && strcmp(entry->d_name + 36, ".xml") == 0;
        if (is_report && fstatat(dirfd(listing), entry->d_name, &info, 0) == 0 &&
            (int64_t)info.st_mtim.tv_sec * 1000 < now_ms - FLEET_KEPT_MS && !is_needed(fleet, entry->d_name))
            unlinkat(dirfd(listing), entry->d_name, 0);
    }
    closedir(listing);
    return err_ok();
}
