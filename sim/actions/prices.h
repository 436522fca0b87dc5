/* What a minute on a hosted runner costs: GitHub's published rates since RH_PRICES_SINCE.
 *
 * X("labels, separated by blanks", "what it is", micro-dollars a minute, is_larger)
 *
 * Names of larger runners are the customer's own; those here are the usual ones, `-N-cores` behind
 * an image, and N-core names in GitHub's bills. A `*` stands for anything. The first row that fits
 * wins. Larger runners cost in public repositories, too, and use no included minutes.
 */
#ifndef RH_ACTIONS_PRICES_H
#define RH_ACTIONS_PRICES_H

#define RH_PRICES_SINCE "2026-01-01"

#define RH_PRICES(X)                                                                               \
    X("ubuntu-slim", "Linux 1-core", 2000, false)                                                  \
    X("ubuntu-*-4-cores-arm linux_4_core_arm", "Linux arm64 4-core", 8000, true)                   \
    X("ubuntu-*-8-cores-arm linux_8_core_arm", "Linux arm64 8-core", 14000, true)                  \
    X("ubuntu-*-16-cores-arm linux_16_core_arm", "Linux arm64 16-core", 26000, true)               \
    X("ubuntu-*-32-cores-arm linux_32_core_arm", "Linux arm64 32-core", 50000, true)               \
    X("ubuntu-*-64-cores-arm linux_64_core_arm", "Linux arm64 64-core", 98000, true)               \
    X("ubuntu-*-4-cores linux_4_core", "Linux 4-core", 12000, true)                                \
    X("ubuntu-*-8-cores linux_8_core", "Linux 8-core", 22000, true)                                \
    X("ubuntu-*-16-cores linux_16_core", "Linux 16-core", 42000, true)                             \
    X("ubuntu-*-32-cores linux_32_core", "Linux 32-core", 82000, true)                             \
    X("ubuntu-*-64-cores linux_64_core", "Linux 64-core", 162000, true)                            \
    X("ubuntu-*-96-cores linux_96_core", "Linux 96-core", 252000, true)                            \
    X("linux_4_core_gpu", "Linux 4-core with GPU", 52000, true)                                    \
    X("windows-*-4-cores windows_4_core", "Windows 4-core", 22000, true)                           \
    X("windows-*-8-cores windows_8_core", "Windows 8-core", 42000, true)                           \
    X("windows-*-16-cores windows_16_core", "Windows 16-core", 82000, true)                        \
    X("windows-*-32-cores windows_32_core", "Windows 32-core", 162000, true)                       \
    X("windows-*-64-cores windows_64_core", "Windows 64-core", 322000, true)                       \
    X("windows-*-96-cores windows_96_core", "Windows 96-core", 552000, true)                       \
    X("windows_4_core_gpu", "Windows 4-core with GPU", 102000, true)                               \
    X("ubuntu-24.04-arm ubuntu-22.04-arm", "Linux arm64 2-core", 5000, false)                      \
    X("ubuntu-latest ubuntu-26.04 ubuntu-24.04 ubuntu-22.04 ubuntu-20.04", "Linux 2-core", 6000,   \
      false)                                                                                       \
    X("windows-11-arm", "Windows arm64 2-core", 10000, false)                                      \
    X("windows-latest windows-2025 windows-2025-vs2026 windows-2022 windows-2019",                 \
      "Windows 2-core", 10000, false)                                                              \
    X("macos-*-xlarge macos_xl", "macOS M2 Pro 5-core", 102000, true)                              \
    X("macos-*-large macos_l", "macOS 12-core", 77000, true)                                       \
    X("macos-latest macos-26 macos-26-intel macos-15 macos-15-intel macos-14 macos-13",            \
      "macOS 3 or 4-core", 62000, false)

#endif
