//! Deployment packages that are too large to be sent to Lambda directly.

use super::{AwsError, Cloud};
use aws_sdk_s3::primitives::ByteStream;

impl Cloud {
    /// Uploads unless an object of that key, which names its content, is there already.
    pub async fn upload(&self, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<(), AwsError> {
        if self.s3.head_object().bucket(bucket).key(key).send().await.is_ok() {
            return Ok(());
        }
        let output = self.s3.put_object().bucket(bucket).key(key).body(ByteStream::from(bytes)).send().await;
        output.map(drop).map_err(|error| AwsError::call("s3", "PutObject", error))
    }
}
