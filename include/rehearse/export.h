/* What the library shows to its users, and how it checks their format strings. */
#ifndef REHEARSE_EXPORT_H
#define REHEARSE_EXPORT_H

#if defined(__GNUC__)
#define RH_API __attribute__((visibility("default")))
#define RH_PRINTF(format_at, arguments_at) __attribute__((format(printf, format_at, arguments_at)))
#else
#define RH_API
#define RH_PRINTF(format_at, arguments_at)
#endif

#endif
