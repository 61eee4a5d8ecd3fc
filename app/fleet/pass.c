#include "app/fleet/pass.h"
#include "app/fleet/pass_private.h"
#include "board/base/file.h"
#include "board/base/version.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PASS_BYTES_MAX = 256 * 1024, READ_AT_ONCE = 64 * 1024, CARRY_ROOM_BYTES = 64 * 1024 * 1024 };

static const struct {
    const char *name, *sentence;
} faults[PASS_FAULT_COUNT] = {
    [PASS_FAULT_NONE] = {"none", ""},
    [PASS_FAULT_NO_PASS] = {"no-pass", "这不是驿站的维护优盘。"},
    [PASS_FAULT_GARBLED] = {"garbled", "优盘上的通行证坏了。请回县里重新制作。"},
    [PASS_FAULT_NOT_OURS] = {"not-ours", "优盘的签名不是本县的，不能使用。"},
    [PASS_FAULT_OFFICE] = {"office", "持优盘的人无权做这件事。"},
    [PASS_FAULT_EARLY] = {"early", "优盘还没到生效的日子。"},
    [PASS_FAULT_EXPIRED] = {"expired", "优盘过期了。请回县里重新制作。"},
    [PASS_FAULT_OTHER_TOWN] = {"other-town", "优盘是给别的乡镇的。"},
    [PASS_FAULT_OTHER_KIOSK] = {"other-kiosk", "优盘不是给这台机器的。"},
    [PASS_FAULT_FILE_MISSING] = {"file-missing", "优盘上少了文件。请回县里重新制作。"},
    [PASS_FAULT_FILE_DAMAGED] = {"file-damaged", "优盘上有文件坏了。请回县里重新制作。"},
    [PASS_FAULT_OLDER_VERSION] = {"older-version", "优盘上的版本比这台机器的旧。"},
    [PASS_FAULT_DISK_FULL] = {"disk-full", "这台机器存不下了。请告诉县里。"},
    [PASS_FAULT_NO_PIN] = {"no-pin", "这台机器没有登记密码。请告诉县里。"},
    [PASS_FAULT_CANCELLED] = {"cancelled", "什么都没有做。"},
    [PASS_FAULT_FAILED] = {"failed", "机器出错了。请告诉县里。"},
    [PASS_FAULT_UNREADABLE] = {"unreadable", "优盘读不出来。请换成FAT32或exFAT格式的。"},
    [PASS_FAULT_NOT_PLAIN] = {"not-plain", "插进来的不是普通优盘，不能使用。"},
    [PASS_FAULT_NO_ROOM] = {"no-room", "优盘满了，或者不能写。请换一个。"},
};

const char *pass_fault_name(enum pass_fault fault)
{
    return faults[fault].name;
}

const char *pass_fault_sentence(enum pass_fault fault)
{
    return faults[fault].sentence;
}

struct err pass_refuse(enum pass_fault fault, const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return err_make(ERR_REFUSED, "visit", (int)fault, "%s", text);
}

/* ---- who, when, where ---- */

bool pass_names_kiosk(const char *kiosks, int number)
{
    char list[256], *rest = list;
    snprintf(list, sizeof list, "%s", kiosks);
    for (char *word; (word = strtok_r(rest, " ,", &rest)) != NULL;) {
        int first = 0, last = 0;
        char more;
        int read = sscanf(word, "%d-%d%c", &first, &last, &more);
        if ((read == 1 && first == number) || (read == 2 && first <= number && number <= last))
            return true;
    }
    return false;
}

static const struct {
    const char *name;
    unsigned may;
} offices[] = {
    {"technician",
     PASS_UPDATE | PASS_FORMS | PASS_COURIER | PASS_LOGS | PASS_CONFIG | PASS_SELF_TEST | PASS_RESET},
    {"courier", PASS_COURIER},
};

/*
 * What each office may ask for, bits of enum pass_action: a technician everything; a courier, a cadre of the
 * village, carries the sealed queue out and receipts in and nothing else. 0 for an office that is none.
 */
static unsigned office_may(const char *office)
{
    for (size_t i = 0; i < sizeof offices / sizeof *offices; i++)
        if (strcmp(offices[i].name, office) == 0)
            return offices[i].may;
    return 0;
}

static struct err check_office(const struct pass *pass)
{
    unsigned may = office_may(pass->office);
    if (pass->actions & ~may)
        return pass_refuse(PASS_FAULT_OFFICE, "a \"%s\" may not do what it says", pass->office);
    if (!(may & PASS_BRINGS) && (pass->file_count > 0 || pass->update_version[0]))
        return pass_refuse(PASS_FAULT_OFFICE, "a \"%s\" brings no files", pass->office);
    if ((pass->actions & PASS_RESET) && strspn(pass->kiosks, "0123456789") != strlen(pass->kiosks))
        return pass_refuse(PASS_FAULT_GARBLED, "a factory reset is for one kiosk, not for %s", pass->kiosks);
    return err_ok();
}

static struct err check_rules(const struct pass *pass, const struct pass_rules *rules)
{
    if (rules->now_ms < pass->from_ms)
        return pass_refuse(PASS_FAULT_EARLY, "it is not valid yet");
    if (rules->now_ms > pass->until_ms)
        return pass_refuse(PASS_FAULT_EXPIRED, "it has expired");
    if (strcmp(pass->town, rules->town) != 0)
        return pass_refuse(PASS_FAULT_OTHER_TOWN, "it is for \"%s\"", pass->town);
    if (!pass_names_kiosk(pass->kiosks, rules->kiosk_number))
        return pass_refuse(PASS_FAULT_OTHER_KIOSK, "it is for kiosks %s", pass->kiosks);
    return err_ok();
}

/* ---- what it brings ---- */

const struct pass_file *pass_find_file(const struct pass *pass, const char *name)
{
    for (int i = 0; i < pass->file_count; i++)
        if (strcmp(pass->files[i].name, name) == 0)
            return &pass->files[i];
    return NULL;
}

static struct err check_update(const struct pass *pass, const char *version)
{
    if (!(pass->actions & PASS_UPDATE))
        return err_ok();
    if (!pass->update_version[0] || !pass_find_file(pass, pass->update_file))
        return pass_refuse(PASS_FAULT_GARBLED, "it promises an update and names none");
    if (version_compare(pass->update_version, version) < 0)
        return pass_refuse(PASS_FAULT_OLDER_VERSION, "version %s is older than %s", pass->update_version,
                           version);
    return err_ok();
}

static struct err digest_file(int fd, char out_hex[65])
{
    unsigned char chunk[READ_AT_ONCE], digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    ssize_t got = 0;
    while (ok && (got = read(fd, chunk, sizeof chunk)) > 0)
        ok = EVP_DigestUpdate(context, chunk, (size_t)got) == 1;
    ok = ok && got == 0 && EVP_DigestFinal_ex(context, digest, &size) == 1;
    EVP_MD_CTX_free(context);
    for (unsigned i = 0; ok && i < size; i++)
        snprintf(out_hex + 2 * i, 3, "%02x", digest[i]);
    return ok ? err_ok() : pass_refuse(PASS_FAULT_FILE_DAMAGED, "a file cannot be read");
}

struct err pass_check_file(const char *dir, const struct pass_file *file)
{
    char path[512], sha256[65] = "";
    snprintf(path, sizeof path, "%s/%s", dir, file->name);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return pass_refuse(PASS_FAULT_FILE_MISSING, "%s is not there", file->name);
    struct stat info;
    struct err e = err_ok();
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size != file->size)
        e = pass_refuse(PASS_FAULT_FILE_DAMAGED, "%s has another size", file->name);
    if (!err_is(&e))
        e = digest_file(fd, sha256);
    if (!err_is(&e) && strcmp(sha256, file->sha256) != 0)
        e = pass_refuse(PASS_FAULT_FILE_DAMAGED, "%s has other bytes", file->name);
    close(fd);
    return e;
}

/* The courier and the logs are carried away on it; small files cost FAT whole clusters. */
struct err pass_check_room(const char *dir, unsigned asked, int64_t carry_bytes)
{
    struct statvfs room;
    if (!(asked & (PASS_COURIER | PASS_LOGS)))
        return err_ok();
    uint64_t needed = CARRY_ROOM_BYTES + (asked & PASS_COURIER ? (uint64_t)carry_bytes : 0);
    if (statvfs(dir, &room) != 0 || (uint64_t)room.f_bavail * room.f_frsize < needed)
        return pass_refuse(PASS_FAULT_NO_ROOM, "less than %llu MiB are free on it",
                           (unsigned long long)(needed >> 20));
    return err_ok();
}

static struct err open_pass(const char *dir, const struct pass_rules *rules, struct pass *pass,
                            struct pass_signer *signer)
{
    char path[512];
    struct buf bytes = {0}, text = {0};
    snprintf(path, sizeof path, "%s/" PASS_FILE, dir);
    if (access(path, F_OK) != 0)
        return pass_refuse(PASS_FAULT_NO_PASS, "there is no %s on it", PASS_FILE);
    struct err e = file_read(path, PASS_BYTES_MAX, &bytes);
    if (err_is(&e))
        e = pass_refuse(PASS_FAULT_GARBLED, "%s cannot be read", PASS_FILE);
    else
        e = pass_open(&bytes, rules->ca, rules->now_ms, &text, signer);
    if (!err_is(&e))
        e = pass_parse(&text, pass);
    buf_finish(&bytes);
    buf_finish(&text);
    return e;
}

struct err pass_read_text(const char *dir, const struct pass_rules *rules, struct pass *out_pass)
{
    struct pass pass = {0};
    struct pass_signer signer = {0};
    TRY(open_pass(dir, rules, &pass, &signer));
    snprintf(pass.who, sizeof pass.who, "%s", signer.name);
    snprintf(pass.office, sizeof pass.office, "%s", signer.office);
    TRY(check_office(&pass));
    TRY(check_rules(&pass, rules));
    TRY(check_update(&pass, rules->version));
    *out_pass = pass;
    return err_ok();
}

struct err pass_read(const char *dir, const struct pass_rules *rules, struct pass *out_pass)
{
    struct pass pass = {0};
    TRY(pass_read_text(dir, rules, &pass));
    for (int i = 0; i < pass.file_count; i++)
        TRY(pass_check_file(dir, &pass.files[i]));
    TRY(pass_check_room(dir, pass.actions, rules->carry_bytes));
    *out_pass = pass;
    return err_ok();
}
