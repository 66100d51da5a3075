// The server's time on the tablet: corrected by each answer for half its way there and back, and never run by the
// tablet's own clock, which may be wrong and may be set.
function serverClock() {
  let time = null, heardAt = 0, wall = 0, trip = Infinity;
  const steady = () => performance.now();

  function now() {
    const passed = steady() - heardAt;
    // A tablet that slept stops counting, but its own clock goes on.
    const slept = Date.now() - wall - passed;
    return time + passed + (slept > 2 * SECOND ? slept : 0);
  }

  function anchor(at, way) {
    [time, heardAt, wall, trip] = [at, steady(), Date.now(), way];
  }

  return {
    now,
    known: () => time !== null,
    steady,
    // `iso` came with an answer to what was sent at `sent` of `steady`. An answer that took long says less than the
    // one before, as long as they agree within the time it took.
    heard(iso, sent) {
      const way = steady() - sent;
      const said = Date.parse(iso) + way / 2;
      if (Number.isNaN(said)) return;
      if (time !== null && way > 2 * trip && Math.abs(said - now()) <= way) anchor(now(), trip + 1);
      else anchor(said, way);
    },
  };
}
