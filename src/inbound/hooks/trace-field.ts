/** The name under which Daybrief gives its envelope sender to providers that hand metadata back. */
export const traceField = 'daybrief';
