#!/bin/sh
# What Debian 12's own emulator says of itself.
echo 'qemu-aarch64 version 7.2.17 (Debian 1:7.2+dfsg-7+deb12u13)'
