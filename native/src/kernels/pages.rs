//! Memory for tables that are looked at in no order.
#![allow(unsafe_code)]

/// Room for so many, in large pages where the system has them: else finding the page of a point takes longer than
/// fetching the point.
pub fn room_in_large_pages<T: Copy>(count: usize) -> Vec<T> {
    let room = Vec::<T>::with_capacity(count);
    #[cfg(target_os = "linux")]
    {
        // SAFETY: the address is only computed with; asking for its page size fails at worst.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
        let start = (room.as_ptr() as usize).next_multiple_of(page);
        let end = room.as_ptr() as usize + count * size_of::<T>();
        if start < end {
            // SAFETY: the pages lie in what was just allocated, and the advice changes nothing that is in them.
            let done = unsafe { libc::madvise(start as *mut _, end - start, libc::MADV_HUGEPAGE) };
            // It is a hint: where the system refuses it, sums are slower.
            let _ = done;
        }
    }
    room
}
