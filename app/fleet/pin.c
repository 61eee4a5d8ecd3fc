#include "app/fleet/pin.h"
#include "board/base/file.h"
#include "board/base/random.h"
#include "board/base/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MODULE[] = "pin";

enum { SALT_BYTES = 8, KEY_BYTES = 24, PATH_SIZE = 320, BOOT_ID_SIZE = 40 };
enum { WAIT_FIRST_MS = 60 * 1000, WAIT_MOST_MS = 60 * 60 * 1000 };

/* ---- verifiers ---- */

static struct err derive(const struct pin_key *key, const char *who, const char *pin,
                         const unsigned char salt[SALT_BYTES], unsigned char out_key[KEY_BYTES])
{
    unsigned char salted[SALT_BYTES + 128], secret[sizeof key->bytes + PIN_DIGITS_MAX];
    size_t length = strnlen(who, 128), digits = strnlen(pin, PIN_DIGITS_MAX);
    memcpy(secret, key->bytes, sizeof key->bytes);
    memcpy(secret + sizeof key->bytes, pin, digits);
    memcpy(salted, salt, SALT_BYTES);
    memcpy(salted + SALT_BYTES, who, length);
    int ok = EVP_PBE_scrypt((const char *)secret, sizeof key->bytes + digits, salted, SALT_BYTES + length,
                            1 << 14, 8, 1, 64 << 20, out_key, KEY_BYTES);
    wipe(secret, sizeof secret);
    return ok == 1 ? err_ok() : err_no_memory(MODULE);
}

static bool is_pin(const char *pin)
{
    size_t length = strlen(pin);
    return length >= PIN_DIGITS_MIN && length <= PIN_DIGITS_MAX && strspn(pin, "0123456789") == length;
}

static void print_hex(const unsigned char *bytes, size_t size, char *out_text)
{
    for (size_t i = 0; i < size; i++)
        snprintf(out_text + 2 * i, 3, "%02x", bytes[i]);
}

static void read_hex(const char *text, size_t size, unsigned char *out_bytes)
{
    for (size_t i = 0; i < size; i++) {
        unsigned byte = 0;
        sscanf(text + 2 * i, "%2x", &byte);
        out_bytes[i] = (unsigned char)byte;
    }
}

static struct err read_key(int fd, const char *path, struct pin_key *out_key)
{
    enum { DIGITS = 2 * sizeof out_key->bytes };
    char text[DIGITS + 2] = "";
    struct stat info;
    if (fstat(fd, &info) != 0)
        return err_errno(MODULE, errno, "look at %.200s", path);
    if (info.st_mode & 077)
        return err_make(ERR_REFUSED, MODULE, 0, "%.200s may be read by others: chmod 600", path);
    ssize_t got = read(fd, text, sizeof text - 1);
    size_t digits = strspn(text, "0123456789abcdef");
    bool whole = got >= DIGITS && digits == DIGITS && (got == DIGITS || text[DIGITS] == '\n');
    if (whole)
        read_hex(text, sizeof out_key->bytes, out_key->bytes);
    wipe(text, sizeof text);
    return whole ? err_ok()
                 : err_make(ERR_DATA, MODULE, 0, "%.200s is no PIN key: openssl rand -hex 32", path);
}

struct err pin_key_read(const char *path, struct pin_key *out_key)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(MODULE, errno, "open %.200s", path);
    struct err e = read_key(fd, path, out_key);
    close(fd);
    return e;
}

bool pin_is_set(const struct config *config)
{
    return config->visit.pin_count > 0 && access(config->visit.pin_key, F_OK) == 0;
}

struct err pin_make(const struct pin_key *key, const char *who, const char *pin, char out_verifier[PIN_HEX])
{
    unsigned char bytes[SALT_BYTES + KEY_BYTES];
    if (!is_pin(pin))
        return err_make(ERR_USER, MODULE, 0, "a PIN has %d to %d digits", PIN_DIGITS_MIN, PIN_DIGITS_MAX);
    random_bytes(bytes, SALT_BYTES);
    TRY(derive(key, who, pin, bytes, bytes + SALT_BYTES));
    print_hex(bytes, sizeof bytes, out_verifier);
    return err_ok();
}

static struct err matches(const struct config *config, const struct pin_key *pin_key, const char *who,
                          const char *pin, bool *out_right)
{
    bool right = false;
    for (int i = 0; i < config->visit.pin_count && is_pin(pin); i++) {
        unsigned char verifier[SALT_BYTES + KEY_BYTES], key[KEY_BYTES];
        read_hex(config->visit.pin[i], sizeof verifier, verifier);
        TRY(derive(pin_key, who, pin, verifier, key));
        right |= CRYPTO_memcmp(key, verifier + SALT_BYTES, KEY_BYTES) == 0;
        wipe(key, sizeof key);
    }
    *out_right = right;
    return err_ok();
}

/* ---- tries ---- */

/* Kept as "FAILS BOOT ALLOWED_MS": the next try is heard when this start's monotonic clock says so. */
struct tries {
    int fails;
    char boot[BOOT_ID_SIZE];
    int64_t allowed_ms;
};

static void this_boot(char out_id[BOOT_ID_SIZE])
{
    struct buf text = {0};
    struct err e = file_read("/proc/sys/kernel/random/boot_id", 64, &text);
    snprintf(out_id, BOOT_ID_SIZE, "%.*s", err_is(&e) ? 1 : (int)strcspn(buf_text(&text), "\n"),
             err_is(&e) ? "-" : buf_text(&text));
    buf_finish(&text);
}

static int64_t wait_after(int fails)
{
    int doublings = fails - PIN_TRIES;
    if (doublings < 0)
        return 0;
    return doublings > 5 ? WAIT_MOST_MS : (int64_t)WAIT_FIRST_MS << doublings;
}

static void path_of(const char *dir, char out_path[PATH_SIZE])
{
    snprintf(out_path, PATH_SIZE, "%s/pin", dir);
}

/* A file that cannot be understood counts as all tries gone, never as none. */
static void load(const char *dir, const struct clock *clock, struct tries *tries)
{
    char path[PATH_SIZE], boot[BOOT_ID_SIZE];
    struct buf text = {0};
    *tries = (struct tries){0};
    path_of(dir, path);
    if (access(path, F_OK) != 0)
        return;
    struct err e = file_read(path, 256, &text);
    int read = sscanf(buf_text(&text), "%d %39s %" SCNd64, &tries->fails, tries->boot, &tries->allowed_ms);
    buf_finish(&text);
    if (err_is(&e) || read != 3 || tries->fails < 0)
        *tries = (struct tries){.fails = PIN_TRIES};
    this_boot(boot);
    if (strcmp(boot, tries->boot) != 0)
        tries->allowed_ms = clock->monotonic_ms(clock) + wait_after(tries->fails);
}

static struct err save(const char *dir, const struct clock *clock, int fails)
{
    char path[PATH_SIZE], boot[BOOT_ID_SIZE], text[128];
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.120s", dir);
    path_of(dir, path);
    this_boot(boot);
    int64_t allowed_ms = clock->monotonic_ms(clock) + wait_after(fails);
    int length = snprintf(text, sizeof text, "%d %s %" PRId64 "\n", fails, boot, allowed_ms);
    return file_write(path, text, (size_t)length, 0600);
}

static void judge(const struct tries *tries, const struct clock *clock, struct pin_guard *guard)
{
    int64_t left_ms = tries->allowed_ms - clock->monotonic_ms(clock);
    guard->wait_ms = tries->fails >= PIN_TRIES && left_ms > 0 ? left_ms : 0;
    guard->tries_left = tries->fails < PIN_TRIES ? PIN_TRIES - tries->fails : 1;
}

struct err pin_ask(const char *dir, const struct clock *clock, struct pin_guard *out_guard)
{
    struct tries tries;
    load(dir, clock, &tries);
    judge(&tries, clock, out_guard);
    char boot[BOOT_ID_SIZE];
    this_boot(boot);
    /* After a restart the wait begins again, and from now on it runs. */
    bool begins = tries.fails >= PIN_TRIES && strcmp(boot, tries.boot) != 0;
    return begins ? save(dir, clock, tries.fails) : err_ok();
}

struct err pin_try(const struct config *config, const struct clock *clock, const char *who, const char *pin,
                   bool *out_right)
{
    struct tries tries;
    struct pin_guard guard;
    struct pin_key key;
    bool right = false;
    load(config->visit.dir, clock, &tries);
    judge(&tries, clock, &guard);
    if (guard.wait_ms > 0)
        return err_make(ERR_RETRY, MODULE, 0, "wait %d s first", (int)(guard.wait_ms / 1000) + 1);
    TRY(save(config->visit.dir, clock, tries.fails + 1));
    TRY(pin_key_read(config->visit.pin_key, &key));
    struct err e = matches(config, &key, who, pin, &right);
    wipe(&key, sizeof key);
    TRY(e);
    if (right)
        TRY(save(config->visit.dir, clock, 0));
    *out_right = right;
    return err_ok();
}
