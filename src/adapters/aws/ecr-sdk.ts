/** What is used of the AWS SDK: a file of its own in the bundle, loaded when a registry is first asked. */
export { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
