internal import Glibc

extension DirectoryTime {
    /// This moment, by the machine's clock (clock_gettime(2), `CLOCK_REALTIME`).
    public static var now: DirectoryTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return DirectoryTime(secondsSince1970: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }
}
