/* What device_command.verb means to a driver of class DEVICE_IDCARD; none takes a payload. */
#ifndef YIZHAN_IDCARD_VERBS_H
#define YIZHAN_IDCARD_VERBS_H

enum idcard_verb { IDCARD_DO_READ, IDCARD_DO_AWAIT_REMOVAL };

#endif
